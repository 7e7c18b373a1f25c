import type { ApiCall, Send } from './chain.js';
import { TurnOverError } from './errors.js';

/** Refuses the calls of a turn that is over, and lets none outlive its turn: it rejects the moment the signal fires. */
export async function guard(call: ApiCall, next: Send): Promise<unknown> {
  refuseWhenOver(call);
  let stop: (() => void) | undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(reasonOf(call));
    call.signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([next(call), stopped]);
  } finally {
    if (stop !== undefined) call.signal.removeEventListener('abort', stop);
  }
}

/** The last look before a request leaves: the call may have waited, and a frozen process may have lost its lease. */
export async function lastLook(call: ApiCall, next: Send): Promise<unknown> {
  refuseWhenOver(call);
  return next(call);
}

/** @throws TurnOverError, or the reason of the caller's own signal */
export function refuseWhenOver(call: ApiCall): void {
  if (call.signal.aborted || !call.turn.isHeld()) throw reasonOf(call);
}

function reasonOf(call: ApiCall): Error {
  const own = call.signal.aborted && !call.turn.signal.aborted && call.turn.isHeld();
  if (own && call.signal.reason instanceof Error) return call.signal.reason;
  return new TurnOverError({ method: call.method, cause: call.turn.signal.reason });
}
