import { createCallLog, type CallLog } from './api/call-log.js';
import { createRateLimits, type RateLimits } from './api/rate-limits.js';
import { createClock, type Clock } from './clock.js';
import { createAllowedUpdates } from './delivery/allowed-updates.js';
import { createDeliveryLog, type DeliveryLog } from './delivery/delivery-log.js';
import { createLongPoll, type LongPoll } from './delivery/long-poll.js';
import { createUpdateQueue, type UpdateQueue } from './delivery/update-queue.js';
import { createWebhook, type Webhook } from './delivery/webhook.js';
import { createFaults, type Faults } from './faults.js';
import { createFeed, type Feed } from './feed.js';
import { createSeededRandom } from './seeded-random.js';
import { createWorld, type World } from './world/world.js';

/** The simulated Telegram: one bot, its world, and the ways in and out. HTTP comes on top (`service.ts`). */
export interface Simulator {
  token: string;
  clock: Clock;
  feed: Feed;
  world: World;
  queue: UpdateQueue;
  allowedUpdates: ReturnType<typeof createAllowedUpdates>;
  webhook: Webhook;
  longPoll: LongPoll;
  faults: Faults;
  rateLimits: RateLimits;
  deliveries: DeliveryLog;
  calls: CallLog;
  /** Whether downloads can be resumed; may be switched while it runs. */
  ranges: { served: boolean };
  /** Where the Bot API server of local mode keeps files; undefined: it is Telegram's own. */
  localFolder: string | undefined;
  /** Ends deliveries and all waiting. */
  stop(): void;
}

export interface SimulatorOptions {
  token: string;
  /** How many times as fast as Telegram's time passes; 1 is real time. */
  timeScale: number;
  /** Whether sends are paced and answered 429 as Telegram does. */
  rateLimits: boolean;
  /** Faults and back-off draw from it, so that runs repeat. */
  seed: number;
  /** Whether `Range` is served for downloads. */
  ranges: boolean;
  localFolder: string | undefined;
}

export function createSimulator(options: SimulatorOptions): Simulator {
  const { token, seed, localFolder } = options;
  const clock = createClock(options.timeScale);
  const feed = createFeed();
  const random = createSeededRandom(seed);
  const faults = createFaults(seed);
  const allowedUpdates = createAllowedUpdates();
  const deliveries = createDeliveryLog(feed);
  const queue = createUpdateQueue({
    clock,
    // Telegram begins at a random number in this range (td TQueueImpl::push).
    firstUpdateId: 2_000_001 + Math.floor(Math.random() * 998_000_000),
    isAllowed: allowedUpdates.isAllowed,
  });
  const world = createWorld(token, clock, feed);
  // The bot sent every poll there is, and gets all changes of its polls.
  world.polls.onChange((poll) => void queue.push('poll', poll));
  const webhook = createWebhook({ queue, allowedUpdates, clock, faults, log: deliveries, random });
  return {
    token,
    localFolder,
    ranges: { served: options.ranges },
    clock,
    feed,
    faults,
    queue,
    allowedUpdates,
    webhook,
    deliveries,
    world,
    longPoll: createLongPoll(queue, clock),
    rateLimits: createRateLimits(clock, options.rateLimits),
    calls: createCallLog(feed),
    stop() {
      webhook.stop();
      clock.close();
    },
  };
}
