import type { TurnOutcome } from '../../observer.js';
import { commitScript } from '../../scripts.js';
import type { Head, Staged } from '../head.js';
import type { HeldLane, Mode } from '../held-lane.js';
import { afterEvent, laneArguments, type Ended } from './ended.js';

/**
 * Ends the event: writes what its turn has staged, deletes its journal and takes the next event, in one step.
 *
 * @param outcome reported if we still hold the lane
 * @param mode of a lane that has more mail; a number means that the lane rests for this many milliseconds
 */
export function commit(
  held: HeldLane,
  head: Head,
  outcome: TurnOutcome,
  staged: Staged | undefined,
  mode: Mode | number,
): Promise<Ended> {
  const { redis, outbox } = held.holder;
  const { keys } = held.lease;
  const args = laneArguments(held, head, mode);
  const entries = staged?.outbox.entries ?? [];
  const { isWritten } = head.effects;
  args.push((staged?.sessions.size ?? 0) + entries.length + (isWritten ? 1 : 0));
  staged?.sessions.addTo(args);
  for (const { stored } of entries) args.push('', stored, '>');
  if (isWritten) args.push('', '', '-');
  head.effects.close();
  return commitScript.run(redis, keys.scope, args).then((settled) => {
    if (settled.state !== 'fenced') outbox.deliver(keys, entries);
    return afterEvent(held, outcome, settled, undefined, typeof mode === 'number' ? mode : 0);
  });
}
