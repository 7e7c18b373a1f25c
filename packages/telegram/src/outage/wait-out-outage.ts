import type { ApiCall, Interceptor, ClientTurn } from '../interceptor.js';
import { CallError, RetryError, TelegramAwayError } from '../errors.js';
import { canBeSentAgain } from '../payload.js';
import { isSafeToResend } from '../retry.js';
import type { Outage } from './outage.js';

/** Options of `createWaitOutOutage`. */
export interface WaitOutOutageOptions {
  outage: Outage;
  /** The most milliseconds that the calls of one turn wait during one outage. */
  maxWaitMs: number;
}

/**
 * Delays calls while Telegram is unreachable, without counting the wait towards the turn's time limit. Calls that
 * failed because of the outage are sent again if that cannot repeat their effect. After `maxWaitMs` they reject with
 * TelegramAwayError.
 */
export function createWaitOutOutage({ outage, maxWaitMs }: WaitOutOutageOptions): Interceptor {
  /** Each turn's deadline: once it has passed, the turn's further calls reject at once instead of waiting again. */
  let deadlines = new WeakMap<ClientTurn, number>();
  outage.onAway(() => (deadlines = new WeakMap()));

  async function untilBack(call: ApiCall): Promise<void> {
    const { turn } = call;
    const now = performance.now();
    const deadline = deadlines.get(turn) ?? now + maxWaitMs;
    deadlines.set(turn, deadline);
    if (deadline > now) {
      const end = new AbortController();
      const stop = (): void => end.abort();
      const late = setTimeout(stop, deadline - now);
      call.signal.addEventListener('abort', stop, { once: true });
      const resume = turn.pauseClock?.();
      await outage.untilBack(end.signal);
      resume?.();
      clearTimeout(late);
      call.signal.removeEventListener('abort', stop);
    }
    if (outage.state() !== undefined) throw new TelegramAwayError({ method: call.method });
  }

  return async function waitOutOutage(call, next) {
    for (;;) {
      if (outage.state() !== undefined) await untilBack(call);
      let resume: (() => void) | undefined;
      // An outage does not count towards the turn's time limit.
      const remove = outage.onAway(() => (resume ??= call.turn.pauseClock?.()));
      try {
        try {
          return await next(call);
        } finally {
          remove();
          resume?.();
        }
      } catch (error) {
        if (!mayBeOutage(error) || call.signal.aborted || !(await outage.suspect())) throw error;
        if (!canBeRepeated(call, error)) throw error;
      }
    }
  };
}

/** No connection, no response, a server error, or a rejected token (401, or 404 when it is malformed). */
function mayBeOutage(error: unknown): error is CallError {
  if (error instanceof RetryError) return error.errorCode !== 409;
  return error instanceof CallError && (error.errorCode === 401 || error.errorCode === 404);
}

function canBeRepeated(call: ApiCall, error: CallError): boolean {
  return error instanceof RetryError ? isSafeToResend(call, error) : canBeSentAgain(call.payload);
}
