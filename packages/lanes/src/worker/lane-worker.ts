import { setTimeout as sleep } from 'node:timers/promises';
import { migrationBetween } from '@chatlane/contracts';
import { rewriteAofAfterRestarts, type Redis } from '@chatlane/redis';
import { createAliases } from '../migration/aliases.js';
import { createMigrations } from '../migration/migrations.js';
import type { LaneObserver } from '../observer.js';
import type { Partitions } from '../partitions.js';
import { createSuspectTrials } from '../sweep/suspect-trials.js';
import { createSweeper } from '../sweep/sweeper.js';
import type { FailurePolicy } from '../turn/failure-policy.js';
import type { HandleTurn, Turn } from '../turn/turn.js';
import { createWakeUps } from '../wake-ups.js';
import { alwaysOpen, type Gate } from './gate.js';
import type { DrainSettings, Holder } from './held-lane.js';
import { createInterrupts } from './interrupts.js';
import { createLaneOpener } from './lane-opener.js';
import { createLeases } from './lease.js';
import { createOutboxRelay, type Deliver } from './outbox-relay.js';
import { createRunningTurns } from './running-turns.js';
import { createTurnSlots } from './turn-slots.js';
import { createWakeUpReader } from './wake-up-reader.js';

/** How long `stop` waits at the end for BullMQ's workers to close, which may hang while Redis is unavailable. */
const CLOSE_MS = 500;

/** Options of a deployment's worker. */
export interface LaneWorkerOptions extends DrainSettings, FailurePolicy {
  /** Runs the bot on one event. */
  handle: HandleTurn;
  /** The bot's username, as returned by getMe. Absent or undefined: commands that name a bot stop no turn. */
  botUsername?: () => string | undefined;
  /**
   * Delivers the outbox entries of committed turns: after the commit, concurrently with the lane's next turns, and
   * again later if it rejects or the worker dies. Absent: turns of this worker cannot stage entries.
   */
  deliver?: Deliver;
  /** While it is closed, no lane is opened. Default: always open. */
  gate?: Gate;
  /** The most handlers that run at once, each in a different lane. */
  turns: number;
  /** Milliseconds after which a lane is taken from a worker that gives no sign of life. */
  leaseMs: number;
  /** Milliseconds between two sweeps of the deployment. */
  sweepEveryMs: number;
  /** How many replicas must confirm the steps of a group's move, and within how many ms. Default: the master alone. */
  replication?: { replicas: number; timeoutMs: number } | undefined;
  /** Callbacks for metrics and logs. Default: none. */
  observer?: LaneObserver;
  /**
   * Called once for each handler that still runs `graceMs` after its time limit. Only the end of the process ends such
   * a handler; until then it keeps its lane and its turn. So stop the worker, which waits for the other turns but not
   * for this one, and exit. Absent: the chat waits until the handler ends.
   */
  onStuck?: (turn: Turn) => void;
}

/** Runs a bot's handlers on the lanes of a deployment. */
export interface LaneWorker {
  /** Starts taking wake-ups and sweeping. */
  start(): Promise<void>;
  /**
   * Takes no new lanes and waits for running turns and deliveries. Once `deadline` is aborted, it aborts the turns and
   * hands their lanes back within a second, to be handled again elsewhere. A lane whose handler still runs by then
   * rests for five seconds: exit before that, so that no other handler runs beside it.
   */
  stop(deadline: AbortSignal): Promise<void>;
  /**
   * The supergroup that a basic group has become. Undefined if this deployment knows of none. Cached in the process.
   */
  aliasOf(chatId: number): Promise<number | undefined>;
  /** Moves a group's lane to that of its supergroup, after a migration that was not seen as a service message. */
  migrate(oldChatId: number, newChatId: number): void;
}

/** Creates a worker; it takes no lanes before `start`. */
export function createLaneWorker(
  redis: Redis,
  partitions: Partitions,
  options: LaneWorkerOptions,
): LaneWorker {
  const { observer, leaseMs, gate = alwaysOpen } = options;
  const { name } = partitions;
  const wakeUps = createWakeUps(redis, name);
  const slots = createTurnSlots(options.turns);
  const stopping = new AbortController();
  let stopAofWatch: (() => void) | undefined;
  const trouble = (what: string) => (error: unknown) => observer?.trouble?.(what, error);

  const leases = createLeases(redis, leaseMs, trouble('renew'));
  const turns = createRunningTurns(observer, options.onStuck);
  const interrupts = createInterrupts(
    redis,
    name,
    (interruption) => turns.interrupt(interruption, options.botUsername?.()),
    trouble('interrupts'),
  );
  const migrations = createMigrations({ ...options, redis, partitions, wakeUps, observer });
  const aliases = createAliases(redis, partitions);
  const outbox = createOutboxRelay(redis, options.deliver, observer);
  const holder: Holder = {
    redis,
    wakeUps,
    handle: options.handle,
    settings: options,
    failurePolicy: options,
    gate,
    migrations,
    outbox,
    turns,
    observer,
    isStopping: () => stopping.signal.aborted,
  };
  const opener = createLaneOpener({
    ...{ holder, partitions, slots, leases, leaseMs },
    stopping: stopping.signal,
  });
  const trials = createSuspectTrials({
    ...options,
    redis,
    name,
    slots,
    longestTurnMs: options.turnTimeoutMs + options.graceMs,
    run: (suspect, slot, isAlone) => opener.tryOut(suspect, slot, isAlone),
    isStopping: () => stopping.signal.aborted || !gate.isOpen(),
    onTrouble: trouble('trial'),
  });
  const sweeper = createSweeper({
    ...options,
    redis,
    partitions,
    wakeUps,
    migrations,
    outbox,
    trials,
  });
  const reader = createWakeUpReader({
    redis,
    name,
    take: (wakeUp) => opener.take(wakeUp),
    onTrouble: trouble('wake-up'),
    onReplaced: trouble('wake-up reader replaced'),
  });

  return {
    async start() {
      stopAofWatch = rewriteAofAfterRestarts(redis, trouble('append-only file'));
      await interrupts.start();
      sweeper.start();
      leases.start();
      await reader.start();
    },
    async stop(deadline) {
      stopping.abort();
      turns.abortWaiting();
      let stopTurns: () => void;
      const late = new Promise<void>((resolve) => {
        stopTurns = () => {
          turns.stopAll();
          resolve();
        };
      });
      if (deadline.aborted) stopTurns!();
      else deadline.addEventListener('abort', stopTurns!, { once: true });
      // BullMQ may hang while Redis is unavailable, but the turns must still stop in time.
      const closed = Promise.all([reader.stop(), sweeper.stop()]);
      await Promise.race([closed, late]);
      await slots.untilOnlyStuck();
      turns.abandonAll();
      await slots.untilNoneHeld();
      await Promise.race([outbox.untilIdle(), late]);
      await Promise.race([closed, sleep(CLOSE_MS, undefined, { ref: false })]);
      deadline.removeEventListener('abort', stopTurns!);
      leases.stop();
      stopAofWatch?.();
      interrupts.stop();
      migrations.close();
      await wakeUps.close();
    },
    aliasOf: (chatId) => aliases.find(chatId),
    migrate(oldChatId, newChatId) {
      const migration = migrationBetween(oldChatId, newChatId);
      // Often the caller's own turn holds the old lane. The move is then busy, and the sweep completes it.
      if (migration) migrations.move(migration).catch(trouble('migration'));
    },
  };
}
