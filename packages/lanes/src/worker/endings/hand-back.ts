import { handBackScript } from '../../scripts.js';
import type { HeldLane } from '../held-lane.js';
import { fenced, type Ended } from './ended.js';

/**
 * Gives the lane back with the event as its head, for any worker to take. No attempt is counted.
 *
 * @param options.notified the user was notified of a failure in this turn
 * @param options.thrown the handler threw, so the lane is no longer a suspect
 */
export async function handBack(
  held: HeldLane,
  { notified = false, thrown = false } = {},
): Promise<Ended> {
  const { lane, keys, epoch } = held.lease;
  const release = await handBackScript.run(
    held.holder.redis,
    [keys.lane(lane), keys.held, keys.waking, keys.paused, keys.resting],
    [lane, epoch, notified ? 'notified' : '', thrown ? 'thrown' : ''],
  );
  if (release.state === 'released') await held.wake(release.at);
  return release.state === 'fenced' ? fenced : { outcome: 'handed-back' };
}
