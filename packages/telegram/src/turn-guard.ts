import type { ApiCall, Send } from './interceptor.js';
import { TurnOverError } from './errors.js';
import { onAbort } from './on-abort.js';

/** Rejects the calls of a turn that is over, and rejects pending ones the moment the signal fires. */
export function guardTurn(call: ApiCall, next: Send): Promise<unknown> {
  return new Promise((resolve, reject) => {
    throwIfTurnOver(call);
    const remove = onAbort(call.signal, () => reject(reasonOf(call)));
    next(call).then(
      (result) => {
        remove();
        resolve(result);
      },
      (error: Error) => {
        remove();
        reject(error);
      },
    );
  });
}

/**
 * Checks again right before a request is sent: the call may have waited, and a frozen process may have lost its lease.
 */
export function checkTurnBeforeSend(call: ApiCall, next: Send): Promise<unknown> {
  const over = turnOverError(call);
  return over ? Promise.reject(over) : next(call);
}

/** @throws TurnOverError, or the abort reason of the caller's own signal */
export function throwIfTurnOver(call: ApiCall): void {
  const over = turnOverError(call);
  if (over) throw over;
}

function turnOverError(call: ApiCall): Error | undefined {
  return call.signal.aborted || !call.turn.isHeld() ? reasonOf(call) : undefined;
}

function reasonOf(call: ApiCall): Error {
  const own = call.signal.aborted && !call.turn.signal.aborted && call.turn.isHeld();
  if (own && call.signal.reason instanceof Error) return call.signal.reason;
  return new TurnOverError({ method: call.method, cause: call.turn.signal.reason });
}
