/*
 * A basic group that becomes a supergroup gets a new chat id and with it a new lane, usually in another partition, and
 * no script can span both. The move is therefore a series of steps. Each is one script in one partition, and harmless
 * if it is done twice, concurrently on two workers, or late. The move may be interrupted after any step; another worker
 * continues it.
 *
 *                first load                          clear, nothing left
 *   (no alias) ──────────────► moving ──────────────────────────────────────► moved, forever
 *                              │    ▲                                           │
 *                              └────┘ load, unload, clear: sessions, then mail   │ an operator's replay or resume
 *                                   ◄────────────────────────────────────────────┘ leaves mail in the old lane
 *
 *   moving  `moved` names the new lane, and `moving` contains the old one. The old lane is no longer opened. If it
 *           has a holder, the move waits until the holder releases it. From then on nothing changes the lane, and its
 *           content is carried over. Pushes to the old lane are stored there, without a wake-up.
 *   moved   A push to the old lane returns the name of the new one, and the caller pushes there.
 *
 *   step    partition  what it does                                         if the move is interrupted afterwards
 *   load    old        stores the alias, freezes the lane, returns content  the sweep or the next message continues
 *   unload  new        stores content, marks it as arrived, wakes the lane  it is loaded again, but stored only once
 *   clear   old        deletes what was carried, completes the move         -
 *
 * If pushes are confirmed by replicas, each step is too before the next one begins, so that a failover between two
 * steps loses neither copy. A step that the replicas did not confirm in time is repeated.
 *
 * A move is run by the turn of `migrate_to_chat_id` in the old lane (the message itself is carried too, and handled in
 * the new lane), by the turn of `migrate_from_chat_id` before the bot sees it, after a call that Telegram refused with
 * the new id, and by the sweep. The turn in the new lane waits while the old one is held or paused by an operator.
 *
 * Content of the new lane takes precedence: if both lanes have a session of a user, the old one is dropped. Old mail
 * goes before mail of the new lane with higher update_ids, but never before a head that was begun. The old lane's head
 * keeps what its earlier attempts have left, above all the journal, so that nothing it has sent is sent again. While it
 * waits behind another head, these fields wait in `carried`, and the journal contains lines of both events.
 */
import type { Migration } from '@chatlane/contracts';
import {
  createReplicatedWrites,
  duplicateConnection,
  NotReplicatedError,
  type Redis,
} from '@chatlane/redis';
import type { LaneObserver } from '../observer.js';
import { clear, load, unload, type StepContext } from './steps.js';

/** Moves the lanes of groups that have become supergroups. */
export interface Migrations {
  /**
   * Carries the old lane's sessions and mail to the new one. `busy`: the old lane is held or paused, or the replicas
   * lag behind; the alias is stored, and the sweep will complete the move.
   *
   * @param epoch the fencing token of the caller's own lease on the old lane; the first step ends this lease
   */
  move(
    migration: Pick<Migration, 'fromLane' | 'toLane'>,
    epoch?: string,
  ): Promise<'moved' | 'busy'>;
  /** Continues a move that was interrupted. */
  carryOn(lane: string): Promise<void>;
  close(): void;
}

/** What the moves need from their worker. */
export interface MigrationsContext extends StepContext {
  observer: Pick<LaneObserver, 'moved' | 'trouble'> | undefined;
  /** How many replicas must confirm each step, and within how many milliseconds. Default: the master alone. */
  replication?: { replicas: number; timeoutMs: number } | undefined;
}

export function createMigrations(context: MigrationsContext): Migrations {
  const { partitions, observer, replication } = context;
  // WAIT blocks its connection, so on the shared one it would delay every turn of the worker.
  const own = replication && duplicateConnection(context.redis);
  const replicated = own && createReplicatedWrites(own, replication);

  /** Runs a step in the partition of `lane`, and waits for the replicas. */
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
