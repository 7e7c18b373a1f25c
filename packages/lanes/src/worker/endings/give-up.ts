import { PARTITIONS } from '../../partitions.js';
import { buryScript } from '../../scripts.js';
import { failureReason } from '../../turn/reasons.js';
import type { Head } from '../head.js';
import type { HeldLane, Mode } from '../held-lane.js';
import { afterEvent, laneArguments, type Ended } from './ended.js';
import { rest } from './rest.js';

/** Buries the event or blocks the lane, depending on the policy. */
export async function giveUp(
  held: HeldLane,
  head: Head,
  error: unknown,
  mode: Mode,
): Promise<Ended> {
  const { redis, failurePolicy } = held.holder;
  if (failurePolicy.atTheLimit === 'block') {
    const { attempts, notified } = head;
    const reason = failureReason(error, attempts);
    return rest(held, 'block', { attempt: 'counted', reason, notified, error });
  }
  const settled = await buryScript.run(redis, held.lease.keys.scope, [
    ...laneArguments(held, head, mode),
    JSON.stringify(describe(error)),
    head.envelope.id,
    failurePolicy.deadLettersPerLane ?? 100,
    Math.ceil((failurePolicy.deadLetters ?? 10_000) / PARTITIONS),
  ]);
  return afterEvent(held, 'buried', settled, error);
}

function describe(error: unknown): { name: string; message: string; stack?: string } {
  if (!(error instanceof Error))
    return { name: 'NotAnError', message: 'The handler threw no Error.' };
  const { name, message, stack } = error;
  return stack === undefined ? { name, message } : { name, message, stack };
}
