import { failScript } from '../../scripts.js';
import type { HeldLane } from '../held-lane.js';
import type { Ended } from './ended.js';

/** Why a lane rests, and whether the turn counts as an attempt. */
export interface Rest {
  /** `put-off`: not counted as an attempt, but the rest is added to the event's `putOffMs`. */
  attempt: 'counted' | 'uncounted' | 'put-off';
  /** For operators: see `reasons.ts`. */
  reason: string;
  /** The user was notified of a failure in this turn. Default: no. */
  notified?: boolean;
  error?: unknown;
}

/**
 * Releases the lane with the event still as its head.
 *
 * @param restMs the lane rests for this long; `block`: until an operator resumes it
 */
export async function rest(
  held: HeldLane,
  restMs: number | 'block',
  { attempt, reason, notified = false, error }: Rest,
): Promise<Ended> {
  const { lane, keys, epoch } = held.lease;
  const release = await failScript.run(
    held.holder.redis,
    [keys.lane(lane), keys.held, keys.resting, keys.paused],
    [lane, epoch, restMs, attempt, reason, notified ? 'notified' : ''],
  );
  if (release.state === 'fenced') return { outcome: 'fenced', error };
  if (restMs === 'block') return { outcome: 'blocked', error };
  if (release.state === 'released') await held.wake(release.at, restMs);
  return { outcome: 'failed', error };
}
