import { restOf } from '../../turn/failure-decision.js';
import { workerExitsReason } from '../../turn/reasons.js';
import type { AbortCause } from '../../turn/turn.js';
import type { Head } from '../head.js';
import type { HeldLane } from '../held-lane.js';
import { commit } from './commit.js';
import { fenced, type Ended } from './ended.js';
import { rest } from './rest.js';

/** How long a lane rests if its handler still runs in an exiting process, which will have exited by then. */
const EXIT_MS = 5_000;

/**
 * Ends a turn whose handler still runs in a process that is about to exit. The lane rests until the process has exited,
 * with the event as its head. After the last attempt, the next holder gives the event up.
 */
export async function abandon(
  held: HeldLane,
  head: Head,
  cause: AbortCause,
  timedOut: Error,
): Promise<Ended> {
  const { attempts, deaths, notified } = head;
  const reason = workerExitsReason;
  switch (cause) {
    case 'deadline': {
      const backOffMs = restOf(held.holder.failurePolicy.backOffMs(attempts - deaths));
      const restMs = Math.max(backOffMs, EXIT_MS);
      return rest(held, restMs, { attempt: 'counted', reason, notified, error: timedOut });
    }
    case 'shutdown': {
      const ended = await rest(held, EXIT_MS, { attempt: 'uncounted', reason, notified });
      return ended.outcome === 'fenced' ? fenced : { outcome: 'handed-back' };
    }
    case 'interrupted':
      return commit(held, head, 'cancelled', undefined, EXIT_MS);
    case 'lease-lost':
      return fenced;
  }
}
