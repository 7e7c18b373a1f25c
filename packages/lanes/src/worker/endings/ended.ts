import type { TurnOutcome } from '../../observer.js';
import type { Settled } from '../../scripts.js';
import type { Head } from '../head.js';
import type { HeldLane, Mode } from '../held-lane.js';

/** A turn's outcome, and the state of the lane. `settled` is undefined when we no longer hold it. */
export interface Ended {
  outcome: TurnOutcome;
  settled?: Settled;
  error?: unknown;
}

/**
 * Another worker may have the lane, or an operator has taken it. Nothing is written: every script would refuse it,
 * because the lane no longer has the epoch of our lease.
 */
export const fenced: Ended = { outcome: 'fenced' };

/**
 * The first arguments of all scripts that end an event.
 *
 * @param mode what happens to a lane with more mail; a number: it rests for this many milliseconds
 */
export function laneArguments(
  held: HeldLane,
  head: Head,
  mode: Mode | number,
): (string | number)[] {
  const { lane, keys, epoch } = held.lease;
  const { envelope, last, attempts, oldestAt } = head;
  const user = envelope.sessionUser ?? '-';
  return [keys.prefix, lane, epoch, envelope.id, last, mode, user, attempts, oldestAt];
}

/** The ending of an event that left its lane. Returns a promise only if the lane has to be woken. */
export function afterEvent(
  held: HeldLane,
  outcome: TurnOutcome,
  settled: Settled,
  error?: unknown,
  restMs?: number,
): Ended | Promise<Ended> {
  const ended: Ended = {
    outcome: settled.state === 'fenced' ? 'fenced' : outcome,
    settled,
    error,
  };
  if (settled.state !== 'yielded') return ended;
  return held.wake(settled.at, restMs).then(() => ended);
}
