// The steps of a move: see migrations.ts.
import type { Redis } from '@chatlane/redis';
import type { LaneObserver } from '../observer.js';
import type { Partitions } from '../partitions.js';
import { moveClearScript, moveLoadScript, moveUnloadScript, type Cargo } from './scripts.js';
import type { WakeUps } from '../wake-ups.js';

/** As long as update_ids are remembered. */
const REMEMBER_SECONDS = 48 * 3_600;

/** The most that one step carries. Sessions are small, but an update may have 512 KiB. */
const SESSIONS_AT_ONCE = 50;
const EVENTS_AT_ONCE = 20;

/** What the steps need from their worker. */
export interface StepContext {
  redis: Redis;
  partitions: Partitions;
  wakeUps: WakeUps;
  observer: Pick<LaneObserver, 'trouble'> | undefined;
}

/**
 * Stores the alias, freezes the old lane, and returns what is to be carried. `busy`: the old lane is held or paused;
 * `moved`: its move was already complete.
 *
 * @param epoch the fencing token of the caller's own lease on the old lane; the call ends this lease
 */
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

/** Stores the cargo in the new lane, once, and wakes the lane. Resolves to how much of the cargo was new. */
export async function unload(
  { redis, partitions, wakeUps, observer }: StepContext,
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
  // The lane is already waking in Redis: if its wake-up cannot be added now, the sweep will add it.
  if (stored.wakeAt !== undefined) {
    await wakeUps.wake(to, stored.wakeAt).catch((error) => observer?.trouble?.('wake-up', error));
  }
  return stored;
}

/**
 * Deletes from the old lane what was carried. `more`: there is more to carry; `ended`: this
 * call completed the move; `over`: it was already complete.
 */
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
