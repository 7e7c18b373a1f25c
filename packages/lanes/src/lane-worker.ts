import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { migrationBetween } from '@chatlane/contracts';
import { rewriteAofAfterRestarts, type Redis } from '@chatlane/redis';
import { createAliases } from './aliases.js';
import { drain, type DrainContext, type DrainSettings, type OpenedAt } from './drain.js';
import type { FailurePolicy } from './failure-policy.js';
import { alwaysOpen, type Gate } from './gate.js';
import { createInterrupts } from './interrupts.js';
import { type PartitionKeys } from './keys.js';
import { createLeaseKeeper } from './lease.js';
import type { LaneObserver } from './observer.js';
import { createMigrations } from './migrations.js';
import { createOutboxRelay, type Deliver } from './outbox-relay.js';
import { createPartitions, groupByScope } from './partitions.js';
import { openScript, type OpenedLane } from './scripts.js';
import { createSuspectTrials, type Suspect } from './suspect-trials.js';
import { createSweeper } from './sweeper.js';
import { createTurnSlots, HOARD_MS, type TurnSlot } from './turn-slots.js';
import { createRunningTurns } from './running-turns.js';
import type { HandleTurn, Turn } from './turn.js';
import { createWakeUpReader } from './wake-up-reader.js';
import { createWakeUps, type WakeUpData } from './wake-ups.js';

/** Lanes that begin in one turn of the event loop: Redis takes their commits while the next ones run. */
const AT_ONCE = 16;

/** How long a stop waits, at its end, for BullMQ's workers to close: they may wait for a Redis that is away. */
const CLOSE_MS = 500;

export interface LaneWorkerOptions extends DrainSettings, FailurePolicy {
  /** A `wait` connection. Blocking reads and subscriptions get connections of their own, made from it. */
  redis: Redis;
  /** Name of the deployment: the prefix of all its keys. */
  name: string;
  handle: HandleTurn;
  /** The bot's username, as getMe gives it. Absent or undefined: no command that names a bot stops a turn. */
  botUsername?: () => string | undefined;
  /**
   * Hands on what committed turns have staged in their outbox: after the commit, beside the lane's next turns, and
   * again after a while when it rejects or the worker dies. Absent: this worker's turns can stage nothing.
   */
  deliver?: Deliver;
  /** While it is closed, lanes rest in their order. Default: always open. */
  gate?: Gate;
  /** Handlers at once, each in another lane. */
  turns: number;
  /** Milliseconds a lane stays with a worker that gives no sign of life. */
  leaseMs: number;
  /** Milliseconds between two sweeps of the deployment. */
  sweepEveryMs: number;
  /** Of a group's move, which deletes what it has copied: as for `createIntake`. */
  replication?: { replicas: number; timeoutMs: number } | undefined;
  observer?: LaneObserver;
  /**
   * Called once for each handler that still runs `graceMs` after its time limit. Nothing ends it but the end of the
   * process: until then it keeps its lane and its turn. So stop the worker, which waits for the other turns but not for
   * this one, and exit. Absent: the chat waits until the handler ends.
   */
  onStuck?: (turn: Turn) => void;
}

/**
 * Runs a bot over the lanes that wake up.
 *
 * Modes: `start` takes wake-ups; `stop` takes nothing new and waits for the turns and deliveries in hand. Once its
 * deadline fires it aborts those turns too, and hands their lanes back within a second, to be handled again elsewhere.
 * A lane whose handler still runs then rests for five seconds: exit by then, so that no other handler runs beside it.
 */
export interface LaneWorker {
  start(): Promise<void>;
  stop(deadline: AbortSignal): Promise<void>;
  /** The supergroup that a basic group has become; undefined: not that this deployment knows. Kept in the process. */
  aliasOf(chatId: number): Promise<number | undefined>;
  /** Carries a group's lane to its supergroup's: Telegram told of it in another way than by a service message. */
  migrate(oldChatId: number, newChatId: number): void;
}

export function createLaneWorker(options: LaneWorkerOptions): LaneWorker {
  const { redis, observer, leaseMs, gate = alwaysOpen } = options;
  const { name } = options;
  const partitions = createPartitions(redis, name);
  const wakeUps = createWakeUps(redis, name);
  const newEpoch = createEpochs();
  const slots = createTurnSlots(options.turns);
  const stopping = new AbortController();
  // Every wake-up in hand waits with it.
  setMaxListeners(0, stopping.signal);
  let letFilesBe: (() => void) | undefined;
  const trouble = (what: string) => (error: unknown) => observer?.trouble?.(what, error);

  const leases = createLeaseKeeper(redis, leaseMs, trouble('renew'));
  const turns = createRunningTurns(observer, options.onStuck);
  const interrupts = createInterrupts(
    redis,
    name,
    (interruption) => turns.interrupt(interruption, options.botUsername?.()),
    trouble('interrupts'),
  );
  const migrations = createMigrations({ ...options, partitions, wakeUps, observer });
  const aliases = createAliases(redis, partitions);
  const outbox = createOutboxRelay(redis, options.deliver, observer);
  const trials = createSuspectTrials({
    ...options,
    slots,
    longestTurnMs: options.turnTimeoutMs + options.graceMs,
    run: openSuspect,
    isStopping: () => stopping.signal.aborted || !gate.isOpen(),
    onTrouble: trouble('trial'),
  });
  const sweeper = createSweeper({ ...options, partitions, wakeUps, migrations, outbox, trials });
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

  /** Opens a wake-up's lanes as turns are free; the next wake-up is asked for when there is room again. */
  async function take(wakeUp: WakeUpData): Promise<void> {
    let rest = wakeUp.lanes;
    // No AbortSignal.any: Node keeps a little of each as long as `stopping` lives.
    const hoardedAt = performance.now() + HOARD_MS;
    const room = (): Promise<boolean> =>
      slots.untilRoom(stopping.signal, Math.max(0, hoardedAt - performance.now()));
    while (rest.length > 0 && (await room()) && gate.isOpen() && !stopping.signal.aborted) {
      const now = rest.slice(0, slots.room);
      rest = rest.slice(now.length);
      await open(now);
    }
    if (rest.length > 0) await wakeUps.giveBack({ lanes: rest, at: wakeUp.at });
    await slots.untilRoom(stopping.signal);
    // Wake-ups that are not taken wait in the queue, in order, and the sweep counts their lanes as woken.
    while (!gate.isOpen() && !stopping.signal.aborted) {
      await gate.untilOpen(stopping.signal);
      await slots.untilRoom(stopping.signal);
    }
  }

  /** On a cluster each partition by itself: one may be without its master for a while. */
  async function open(lanes: string[]): Promise<void> {
    const groups = groupByScope(lanes, partitions.of);
    await Promise.all([...groups].map(([scope, group]) => openTogether(scope, group)));
  }

  async function openTogether(scope: PartitionKeys['scope'], lanes: string[]): Promise<void> {
    const taken = lanes.map(() => slots.take());
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
        if (index > 0 && index % AT_ONCE === 0) await nextTurn();
        void hold(lane, taken.pop()!, epoch, { redis: now, local, isTrial: false });
      }
    } finally {
      for (const slot of taken) slot.leave();
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
      slot.leave();
      throw error;
    });
    const [suspect] = reply.opened;
    if (suspect) await hold(suspect, slot, epoch, { redis: reply.now, local, isTrial: true });
    else slot.leave();
  }

  async function hold(
    lane: OpenedLane,
    slot: TurnSlot,
    epoch: string,
    openedAt: OpenedAt,
  ): Promise<void> {
    const lease = leases.keep(lane.lane, partitions.of(lane.lane), epoch, openedAt.local);
    try {
      await drain(context, lease, slot, lane, openedAt);
    } catch (error) {
      // The lane stays held until its lease runs out; then the sweep wakes it.
      trouble('drain')(error);
    } finally {
      leases.drop(lease);
      slot.leave();
    }
  }

  return {
    async start() {
      letFilesBe = rewriteAofAfterRestarts(redis, trouble('append-only file'));
      await interrupts.start();
      sweeper.start();
      leases.start();
      await reader.start();
    },
    async stop(deadline) {
      stopping.abort();
      turns.stopWaiting();
      let stopTurns: () => void;
      const late = new Promise<void>((resolve) => {
        stopTurns = () => {
          turns.stopAll();
          resolve();
        };
      });
      if (deadline.aborted) stopTurns!();
      else deadline.addEventListener('abort', stopTurns!, { once: true });
      // BullMQ may wait for a Redis that is away; the turns have to stop in time all the same.
      const closed = Promise.all([reader.stop(), sweeper.stop()]);
      await Promise.race([closed, late]);
      await slots.untilOnlyStuck();
      turns.leaveAll();
      await slots.untilNoneInHand();
      await Promise.race([outbox.untilIdle(), late]);
      await Promise.race([closed, sleep(CLOSE_MS, undefined, { ref: false })]);
      deadline.removeEventListener('abort', stopTurns!);
      leases.stop();
      letFilesBe?.();
      interrupts.stop();
      migrations.close();
      await wakeUps.close();
    },
    aliasOf: (chatId) => aliases.find(chatId),
    migrate(oldChatId, newChatId) {
      const migration = migrationBetween(oldChatId, newChatId);
      // It is likely the caller's own turn that holds the old lane: then the sweep ends the move.
      if (migration) migrations.move(migration).catch(trouble('migration'));
    },
  };
}

/** Fencing tokens: unlike those of all other workers, and of this one's own before it was started anew. */
function createEpochs(): () => string {
  const worker = randomUUID();
  let given = 0;
  return () => `${worker}-${(given += 1)}`;
}
