import type { ApiCall, Send } from '../interceptor.js';
import { CallError, RetryError } from '../errors.js';
import { throwIfTurnOver } from '../turn-guard.js';

/** How long a call that was sent may still wait for its response after its turn was aborted. */
const GRACE_MS = 400;

/**
 * Records a tracked call right before it is sent, and its outcome as soon as it is known. This interceptor comes after
 * all those that may delay a call. An intent without an outcome therefore means that the call may have been carried
 * out.
 */
export async function recordIntent(call: ApiCall, next: Send): Promise<unknown> {
  const { effect, turn } = call;
  if (!effect || !turn.journal) return next(call);
  const { journal } = turn;
  const stored = journal.begin(effect.key, describe(call));
  if (effect.mustBeRecordedFirst) {
    await stored.catch((error: unknown) => {
      journal.undo(effect.key);
      throw error;
    });
    throwIfTurnOver(call);
  } else {
    // The call does not depend on the record, and an unavailable Redis makes the turn fail anyway.
    stored.catch(() => undefined);
  }
  try {
    const result = await next({ ...call, graceMs: GRACE_MS });
    journal.done(effect.key, result);
    return result;
  } catch (error) {
    const isRefused =
      error instanceof CallError && !(error instanceof RetryError && error.maybeSent);
    if (isRefused) journal.undo(effect.key);
    else if (turn.signal.aborted) journal.cutOff(effect.key);
    else journal.lost(effect.key);
    throw error;
  }
}

/** For operators. Includes the chat only if it is a number, because a string could be anything. */
function describe({ method, payload }: ApiCall): string {
  const { chat_id: chat } = payload;
  return typeof chat === 'number' ? `${method} to ${chat}` : method;
}
