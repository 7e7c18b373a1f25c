import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setImmediate as yieldToEventLoop, setTimeout as sleep } from 'node:timers/promises';
import { migrationBetween } from '@chatlane/contracts';
import { rewriteAofAfterRestarts, type Redis } from '@chatlane/redis';
import { createAliases } from '../migration/aliases.js';
import { drain, type DrainContext, type DrainSettings, type OpenedAt } from './drain.js';
import type { FailurePolicy } from '../turn/failure-policy.js';
import { alwaysOpen, type Gate } from './gate.js';
import { createInterrupts } from './interrupts.js';
import { type PartitionKeys } from '../keys.js';
import { createLeases } from './lease.js';
import type { LaneObserver } from '../observer.js';
import { createMigrations } from '../migration/migrations.js';
import { createOutboxRelay, type Deliver } from './outbox-relay.js';
import { groupByScope, type Partitions } from '../partitions.js';
import { openScript, type OpenedLane } from '../scripts.js';
import { createSuspectTrials, type Suspect } from '../sweep/suspect-trials.js';
import { createSweeper } from '../sweep/sweeper.js';
import { createTurnSlots, TURN_WAIT_MS, type TurnSlot } from './turn-slots.js';
import { createRunningTurns } from './running-turns.js';
import type { HandleTurn, Turn } from '../turn/turn.js';
import { createWakeUpReader } from './wake-up-reader.js';
import { createWakeUps, type WakeUpData } from '../wake-ups.js';

/** Lanes that start in one iteration of the event loop: Redis handles their commits while the next ones run. */
const AT_ONCE = 16;

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
  const newEpoch = createEpochs();
  const slots = createTurnSlots(options.turns);
  const stopping = new AbortController();
  // Each wake-up that is being processed adds a listener.
  setMaxListeners(0, stopping.signal);
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
  const trials = createSuspectTrials({
    ...options,
    redis,
    name,
    slots,
    longestTurnMs: options.turnTimeoutMs + options.graceMs,
    run: openSuspect,
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
    take,
    onTrouble: trouble('wake-up'),
    onReplaced: trouble('wake-up reader replaced'),
  });

  const context: DrainContext = {
    redis,
    wakeUps,
    handle: options.handle,
    migrations,
    outbox,
    settings: options,
    turns,
    failurePolicy: options,
    gate,
    observer,
    isStopping: () => stopping.signal.aborted,
  };

  /** Opens a wake-up's lanes as turns become free, and resolves once the next wake-up may be taken. */
  async function take(wakeUp: WakeUpData): Promise<void> {
    let rest = wakeUp.lanes;
    // Not AbortSignal.any, which leaks a little per call while `stopping` lives.
    const waitUntil = performance.now() + TURN_WAIT_MS;
    const hasTurn = (): Promise<boolean> =>
      slots.untilAvailable(stopping.signal, Math.max(0, waitUntil - performance.now()));
    while (rest.length > 0 && (await hasTurn()) && gate.isOpen() && !stopping.signal.aborted) {
      const now = rest.slice(0, slots.available);
      rest = rest.slice(now.length);
      await open(now);
    }
    if (rest.length > 0) await wakeUps.giveBack({ lanes: rest, at: wakeUp.at });
    await slots.untilAvailable(stopping.signal);
    // Wake-ups that we do not take stay in the queue, in order, so the sweep does not count them as lost.
    while (!gate.isOpen() && !stopping.signal.aborted) {
      await gate.untilOpen(stopping.signal);
      await slots.untilAvailable(stopping.signal);
    }
  }

  /** On a cluster, opens each partition separately, because one may be without a master for a while. */
  async function open(lanes: string[]): Promise<void> {
    const groups = groupByScope(lanes, partitions.of);
    await Promise.all([...groups].map(([scope, group]) => openTogether(scope, group)));
  }

  async function openTogether(scope: PartitionKeys['scope'], lanes: string[]): Promise<void> {
    const taken = lanes.map(() => slots.acquire());
    const local = performance.now();
    const epoch = newEpoch();
    try {
      const { now, opened } = await openScript.run(redis, scope, [
        leaseMs,
        'others',
        epoch,
        ...lanes.flatMap((lane) => [partitions.of(lane).prefix, lane]),
      ]);
      observer?.opened?.(opened.length, lanes.length);
      for (const [index, lane] of opened.entries()) {
        if (index > 0 && index % AT_ONCE === 0) await yieldToEventLoop();
        void hold(lane, taken.pop()!, epoch, { redis: now, local, isTrial: false });
      }
    } finally {
      for (const slot of taken) slot.close();
    }
  }

  async function openSuspect(
    { lane, keys }: Suspect,
    slot: TurnSlot,
    isAlone: boolean,
  ): Promise<void> {
    const local = performance.now();
    const epoch = newEpoch();
    const mode = isAlone ? 'alone' : 'beside others';
    const args = [leaseMs, mode, epoch, keys.prefix, lane];
    const reply = await openScript.run(redis, keys.scope, args).catch((error: unknown) => {
      slot.close();
      throw error;
    });
    const [suspect] = reply.opened;
    if (suspect) await hold(suspect, slot, epoch, { redis: reply.now, local, isTrial: true });
    else slot.close();
  }

  async function hold(
    lane: OpenedLane,
    slot: TurnSlot,
    epoch: string,
    openedAt: OpenedAt,
  ): Promise<void> {
    const lease = leases.add(lane.lane, partitions.of(lane.lane), epoch, openedAt.local);
    try {
      await drain(context, lease, slot, lane, openedAt);
    } catch (error) {
      // The lane stays held until its lease runs out, and then the sweep wakes it.
      trouble('drain')(error);
    } finally {
      leases.remove(lease);
      slot.close();
    }
  }

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

/** Creates fencing tokens, unique across all workers and restarts. */
function createEpochs(): () => string {
  const worker = randomUUID();
  let given = 0;
  return () => `${worker}-${(given += 1)}`;
}
