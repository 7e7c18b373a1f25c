import { createCallLog, type CallLog } from './api/call-log.js';
import { createRateLimits, type RateLimits } from './api/rate-limits.js';
import { createScriptedCalls, type ScriptedCalls } from './api/scripted-calls.js';
import { createClock, type Clock } from './clock.js';
import { createAllowedUpdates } from './delivery/allowed-updates.js';
import { createDeliveryLog, type DeliveryLog } from './delivery/delivery-log.js';
import { createLongPoll, type LongPoll } from './delivery/long-poll.js';
import { createUpdateQueue, type UpdateQueue } from './delivery/update-queue.js';
import { createWebhook, type Webhook } from './delivery/webhook.js';
import { createFaults, type Faults } from './faults.js';
import { createFeed, type Feed } from './feed.js';
import { seededRandom } from './seeded-random.js';
import { createWorld, type World } from './world/world.js';

/** The simulated Telegram: one bot, its world, and how updates and calls get in and out. `createSimulatorServer` adds HTTP. */
export interface Simulator {
  /** The bot's token; the number before the colon is the bot's user id. */
  token: string;
  /** Telegram's time, which may run faster than real time. */
  clock: Clock;
  /** Publishes what happens, for `GET /play/events`. */
  feed: Feed;
  /** The bot, the people, and their chats, messages and files. */
  world: World;
  /** The updates that the bot has not acknowledged yet. */
  queue: UpdateQueue;
  /** The kinds of updates that the bot receives. */
  allowedUpdates: ReturnType<typeof createAllowedUpdates>;
  /** The bot's webhook, and the deliveries to it. */
  webhook: Webhook;
  /** Serves getUpdates. */
  longPoll: LongPoll;
  /** The faults of webhook deliveries, calls and downloads; none at first. */
  faults: Faults;
  /** How a test answers calls in the simulator's place. */
  scripts: ScriptedCalls;
  /** Telegram's sending limits, if they are enabled. */
  rateLimits: RateLimits;
  /** The log of webhook deliveries. */
  deliveries: DeliveryLog;
  /** The log of Bot API calls. */
  calls: CallLog;
  /** Whether downloads support `Range`; may be switched at any time. */
  ranges: { served: boolean };
  /** The file folder of a Bot API server in local mode; undefined simulates Telegram's own server. */
  localFolder: string | undefined;
  /** Stops deliveries and all timers. */
  stop(): void;
}

/** The default token of a simulator's bot. It is not a secret, because the real Telegram does not accept it. */
export const simulatorToken = '7000000001:playground-token-that-opens-nothing';

/** How a simulated Telegram behaves. Everything has a default. */
export interface SimulatorOptions {
  /** The bot's token; the number before the colon is the bot's user id. Default: `simulatorToken`. */
  token?: string;
  /** The speed of Telegram's clock; 2 is twice as fast as real time. Default: 1. */
  timeScale?: number;
  /** Whether the simulator delays sends and answers 429, as Telegram does. Default: false. */
  rateLimits?: boolean;
  /** Seeds faults and back-off, so that runs are repeatable. Default: 1. */
  seed?: number;
  /** Whether downloads support `Range`. Default: false. */
  ranges?: boolean;
  /** The file folder of a Bot API server in local mode. Default: none, which simulates Telegram's own server. */
  localFolder?: string | undefined;
}

/** A simulated Telegram without an HTTP server; `createSimulatorServer` and `startSimulator` add one. */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const { token = simulatorToken, timeScale = 1, rateLimits = false, seed = 1 } = options;
  const { ranges = false, localFolder } = options;
  const clock = createClock(timeScale);
  const feed = createFeed();
  const random = seededRandom(seed);
  const faults = createFaults(seed);
  const allowedUpdates = createAllowedUpdates();
  const deliveries = createDeliveryLog(feed);
  const queue = createUpdateQueue({
    clock,
    // Telegram starts at a random number in this range (td TQueueImpl::push).
    firstUpdateId: 2_000_001 + Math.floor(Math.random() * 998_000_000),
    isAllowed: allowedUpdates.isAllowed,
  });
  const world = createWorld(token, clock, feed);
  // Every poll was sent by the bot, and a bot receives all changes to its own polls.
  world.polls.onChange((poll) => void queue.push('poll', poll));
  const webhook = createWebhook({ queue, allowedUpdates, clock, faults, log: deliveries, random });
  return {
    token,
    localFolder,
    ranges: { served: ranges },
    clock,
    feed,
    faults,
    scripts: createScriptedCalls(),
    queue,
    allowedUpdates,
    webhook,
    deliveries,
    world,
    longPoll: createLongPoll(queue, clock),
    rateLimits: createRateLimits(clock, rateLimits),
    calls: createCallLog(feed),
    stop() {
      webhook.stop();
      clock.close();
    },
  };
}
