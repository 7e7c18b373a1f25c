import { setTimeout as sleep } from 'node:timers/promises';
import { readUpdate } from '@chatlane/contracts';
import type { LaneObserver } from '@chatlane/lanes';
import { runBot, type BotOptions, type RunningBot } from './running-bot.js';

/** The worker stops after this time without a call of the test, so that it does not keep the process alive. */
const IDLE_MS = 500;

/** How often the lanes are checked when no turn ends. */
const CHECK_MS = 10;

/** The most lanes of one test. */
const MOST_LANES = 1_000;

const finalOutcomes: readonly string[] = [
  'done',
  'expired',
  'cancelled',
  'buried',
  'blocked',
  'moved',
];

/** The bot on its lanes. The worker runs while the test uses it. */
export interface Backend {
  /** Runs `work` while the worker is running. */
  use<Result>(work: (bot: RunningBot) => Promise<Result>): Promise<Result>;
  /**
   * Delivers what people have done, and resolves when the bot has handled it.
   *
   * @throws the error of a handler whose event failed for good
   * @throws Error when the bot is not done within `limitMs`
   */
  settle(): Promise<void>;
  /** Stops the worker. @throws the error of a handler that no `settle` has thrown */
  close(): Promise<void>;
}

/** @param limitMs how long `settle` waits */
export function createBackend(
  options: Omit<BotOptions, 'observer' | 'onFail'> & { limitMs: number },
): Backend {
  const { telegram, limitMs } = options;
  const errors: unknown[] = [];
  const unhandled = new Set<string>();
  const settling = new Set<Delivered>();
  let turn = nextTurn();
  let users = 0;
  let running: Promise<RunningBot> | undefined;
  let stopped: Promise<void> | undefined;
  let idle: NodeJS.Timeout | undefined;
  let comeBack: (() => Promise<void>) | undefined;

  const observer: LaneObserver = {
    turnEnded({ eventId }, outcome, error) {
      if (outcome === 'buried' || outcome === 'blocked') errors.push(error);
      if (finalOutcomes.includes(outcome)) unhandled.delete(eventId);
      turn.end();
      turn = nextTurn();
    },
  };

  async function start(): Promise<RunningBot> {
    await stopped;
    await comeBack?.();
    comeBack = undefined;
    return runBot({ ...options, observer, onFail: (error) => void errors.push(error) });
  }

  async function stop(bot: Promise<RunningBot> | undefined): Promise<void> {
    await bot?.then((started) => started.stop()).catch(() => undefined);
    comeBack ??= await telegram.goAway();
  }

  function pause(): void {
    stopped = stop(running);
    running = undefined;
  }

  async function use<Result>(work: (bot: RunningBot) => Promise<Result>): Promise<Result> {
    clearTimeout(idle);
    users += 1;
    try {
      running ??= start();
      return await work(await running);
    } finally {
      users -= 1;
      if (users === 0) idle = setTimeout(pause, IDLE_MS);
    }
  }

  /** Does what the ingress does with an update. */
  async function deliver({ intake }: RunningBot, into: Delivered): Promise<void> {
    for (const update of telegram.queue.pending()) {
      telegram.queue.remove(update);
      const routed = readUpdate(JSON.parse(update.body.toString()))!;
      const eventId = String(routed.updateId);
      into.events.push(eventId);
      into.lanes.add(routed.lane);
      unhandled.add(eventId);
      await intake.push(routed, update.body);
    }
  }

  /** Paused lanes, and lanes for which only other calls of `settle` wait, do not count. */
  async function isDone({ deployment }: RunningBot, own: Delivered): Promise<boolean> {
    if (own.events.some((id) => unhandled.has(id))) return false;
    const { waking, held, resting, outbox } = await deployment.stats();
    if (outbox.entries > 0) return false;
    if (waking + held + resting === 0) return true;
    const busy = await deployment.operator.lanes.list({ limit: MOST_LANES });
    const isOfOther = (lane: string): boolean =>
      !own.lanes.has(lane) && [...settling].some(({ lanes }) => lanes.has(lane));
    return busy.every(({ lane, state }) => state === 'paused' || isOfOther(lane));
  }

  async function settleOn(bot: RunningBot, own: Delivered): Promise<void> {
    const until = performance.now() + limitMs;
    for (;;) {
      const { ended } = turn;
      await deliver(bot, own);
      const done = await isDone(bot, own);
      if (errors.length > 0) throw errors.shift();
      if (done) return;
      if (performance.now() > until) {
        throw new Error(`The bot has not handled everything within ${limitMs} ms.`);
      }
      await Promise.race([ended, sleep(CHECK_MS)]);
    }
  }

  async function settle(): Promise<void> {
    const own: Delivered = { events: [], lanes: new Set() };
    settling.add(own);
    try {
      await use((bot) => settleOn(bot, own));
    } finally {
      settling.delete(own);
    }
  }

  return {
    use,
    settle,
    async close() {
      clearTimeout(idle);
      if (running) pause();
      await stopped;
      await telegram.stop();
      if (errors.length > 0) throw errors.shift();
    },
  };
}

/** What one call of `settle` has delivered. */
interface Delivered {
  events: string[];
  lanes: Set<string>;
}

function nextTurn(): { ended: Promise<void>; end: () => void } {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { ended, end };
}
