/*
 * A basic group that becomes a supergroup gets another chat id, so another lane, often in another partition: no
 * script spans both. The move is a row of steps, each one script in one partition, each harmless when done twice,
 * at once on two workers, or late. It can be left after any step; whoever sees the alias next carries on.
 *
 *                first load                          clear, nothing left
 *   (no alias) ──────────────► moving ──────────────────────────────────────► moved, for ever
 *                              │    ▲                                           │
 *                              └────┘ load, unload, clear: sessions, then mail   │ an operator's replay or resume
 *                                   ◄────────────────────────────────────────────┘ leaves mail in the old lane
 *
 *   moving  `moved` names the new lane, `moving` holds the old one. The old lane is opened no more. Its holder, if
 *           there is one, goes on until it lets go; then nobody can change the lane, and its things are carried.
 *           Pushes to it are stored in it, without a wake-up.
 *   moved   A push to the old lane is answered with the new one's name, and is pushed there.
 *
 *   step    partition  what it does                                     when it is left after this step
 *   load    old        alias first; frozen; answers sessions, then mail  the sweep, or the next message of either
 *   unload  new        stores and marks it as arrived, wakes the lane    it is loaded again, and arrives only once
 *   clear   old        takes away what was carried; the end              -
 *
 * Where pushes are confirmed by replicas, so is every step before the next one begins: a failover between two steps
 * loses neither side's copy. Steps that replicas did not confirm in time are done again.
 *
 * Who moves: the turn of `migrate_to_chat_id` in the old lane (the message itself is carried too, and handled in the
 * new one), the turn of `migrate_from_chat_id` before the bot sees it, a call that Telegram refused with the new id,
 * and the sweep. The turn in the new lane waits for a holder or an operator's pause of the old one.
 *
 * Rules: what the new lane has already wins over what is carried: a session that was begun there stays, and the old
 * one is dropped. Old mail goes before mail of the new lane with higher update_ids, never before its event in hand.
 * With the old lane's head goes what earlier attempts have left of it, its journal above all: what it has sent is not
 * sent again. Behind the new lane's event in hand that waits in the field `carried`, and the journal has lines of both.
 */
import type { Migration } from '@chatlane/contracts';
import {
  createReplicatedWrites,
  duplicateConnection,
  NotReplicatedError,
  type Redis,
} from '@chatlane/redis';
import type { LaneObserver } from './observer.js';
import type { Partitions } from './partitions.js';
import { moveClearScript, moveLoadScript, moveUnloadScript, type Cargo } from './scripts.js';
import type { WakeUps } from './wake-ups.js';

/** As long as update_ids are remembered. */
const REMEMBER_SECONDS = 48 * 3_600;

/** What one step carries at most: sessions are small, an update may have 512 KiB. */
const SESSIONS_AT_ONCE = 50;
const EVENTS_AT_ONCE = 20;

export interface Migrations {
  /**
   * Carries the old lane's sessions and mail to the new one. `busy`: somebody else holds the old lane, an operator
   * paused it, or replicas are behind; the alias is there, and the sweep ends the move. `epoch`: of the caller's own lease on the old lane,
   * which ends with the first step.
   */
  move(
    migration: Pick<Migration, 'fromLane' | 'toLane'>,
    epoch?: string,
  ): Promise<'moved' | 'busy'>;
  /** Carries on with the move of a lane that somebody left. */
  carryOn(lane: string): Promise<void>;
  close(): void;
}

export interface MigrationsContext {
  redis: Redis;
  partitions: Partitions;
  wakeUps: WakeUps;
  observer: Pick<LaneObserver, 'moved' | 'trouble'> | undefined;
  /** A step is done once so many replicas have it, within the time. Default: the master alone. */
  replication?: { replicas: number; timeoutMs: number } | undefined;
}

export function createMigrations(context: MigrationsContext): Migrations {
  const { partitions, observer, replication } = context;
  // WAIT holds up its connection, and with it every turn of the worker.
  const own = replication && duplicateConnection(context.redis);
  const replicated = own && createReplicatedWrites(own, replication);

  /** Runs a step in the partition of `lane`, and has it confirmed. */
  function step<T>(lane: string, run: (redis: Redis) => Promise<T>): Promise<T> {
    if (!replicated) return run(context.redis);
    return replicated.run(partitions.of(lane).moved, run);
  }

  async function carry(from: string, to: string, epoch?: string): Promise<'moved' | 'busy'> {
    const carried = { sessions: 0, events: 0 };
    for (;;) {
      const cargo = await step(from, (redis) => load(redis, partitions, from, to, epoch));
      if (cargo === 'busy' || cargo === 'moved') return cargo;
      const stored = await step(cargo.to, (redis) => unload({ ...context, redis }, from, cargo));
      carried.sessions += stored.sessions;
      carried.events += stored.events;
      const cleared = await clear(context.redis, partitions, from, cargo);
      if (cleared === 'ended') observer?.moved?.(from, cargo.to, carried);
      if (cleared !== 'more') return 'moved';
    }
  }

  async function move(from: string, to: string, epoch?: string): Promise<'moved' | 'busy'> {
    try {
      return await carry(from, to, epoch);
    } catch (error) {
      if (!(error instanceof NotReplicatedError)) throw error;
      observer?.trouble?.('migration', error);
      return 'busy';
    }
  }

  return {
    move: ({ fromLane, toLane }, epoch) => move(fromLane, toLane, epoch),
    async carryOn(lane) {
      const to = await context.redis.hget(partitions.of(lane).moved, lane);
      if (to !== null) await move(lane, to);
    },
    close: () => own?.disconnect(),
  };
}

/** The first step; on its own for tests that stop between two of them. */
export function load(
  redis: Redis,
  partitions: Partitions,
  from: string,
  to: string,
  epoch?: string,
): Promise<'busy' | 'moved' | Cargo> {
  const keys = partitions.of(from);
  return moveLoadScript.run(
    redis,
    [
      keys.moved,
      keys.moving,
      keys.held,
      keys.paused,
      keys.waking,
      keys.resting,
      keys.lane(from),
      keys.mail(from),
      keys.users(from),
      keys.sessions(from),
      keys.effects(from),
    ],
    [from, to, epoch ?? '', SESSIONS_AT_ONCE, EVENTS_AT_ONCE],
  );
}

export async function unload(
  { redis, partitions, wakeUps, observer }: MigrationsContext,
  from: string,
  { to, sessions, events, head }: Cargo,
): Promise<{ sessions: number; events: number }> {
  const keys = partitions.of(to);
  const stored = await moveUnloadScript.run(
    redis,
    [
      keys.arrived(from),
      keys.mail(to),
      keys.lane(to),
      keys.held,
      keys.waking,
      keys.paused,
      keys.oldest,
      keys.sessions(to),
      keys.resting,
      keys.effects(to),
    ],
    [
      to,
      REMEMBER_SECONDS,
      head.journal ?? '',
      head.fields.length,
      sessions.length,
      ...head.fields,
      ...sessions.flatMap(({ user, lifeMs, json }) => [user, lifeMs, json ?? '']),
      ...events.flatMap(({ id, stored }) => [id, stored]),
    ],
  );
  // The lane is waking in Redis already: a wake-up that cannot be added now is found by the sweep.
  if (stored.wakeAt !== undefined) {
    await wakeUps.wake(to, stored.wakeAt).catch((error) => observer?.trouble?.('wake-up', error));
  }
  return stored;
}

export function clear(
  redis: Redis,
  partitions: Partitions,
  from: string,
  { sessions, events }: Cargo,
): Promise<'more' | 'ended' | 'over'> {
  const keys = partitions.of(from);
  return moveClearScript.run(
    redis,
    [
      keys.moving,
      keys.mail(from),
      keys.users(from),
      keys.oldest,
      keys.sessions(from),
      keys.effects(from),
      keys.lane(from),
    ],
    [from, sessions.length, ...sessions.map(({ user }) => user), ...events.map(({ id }) => id)],
  );
}
