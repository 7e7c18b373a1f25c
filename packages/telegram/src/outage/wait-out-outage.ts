import type { ApiCall, Interceptor, ClientTurn } from '../interceptor.js';
import { CallError, RetryError, TelegramAwayError } from '../errors.js';
import { canBeSentAgain } from '../payload.js';
import { isSafeToResend } from '../retry.js';
import type { Outage } from './outage.js';

export interface WaitOutOutageOptions {
  outage: Outage;
  /** Milliseconds for which the calls of one turn wait for Telegram in one outage. */
  maxWaitMs: number;
}

/**
 * Holds calls back while Telegram is away, with the turn's clock stopped. Those that have failed because of the outage
 * are sent again where that cannot do a thing twice. When the time to wait is over they reject with TelegramAwayError.
 */
export function createWaitOutOutage({ outage, maxWaitMs }: WaitOutOutageOptions): Interceptor {
  /** Until when a turn's calls wait: a turn that waited in vain once does not wait again for each further call. */
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
      // Time that passes while Telegram is away is not the handler's.
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

/** No connection, no answer, an error of the server; or a token that is refused, for which getMe answers 401 or 404. */
function mayBeOutage(error: unknown): error is CallError {
  if (error instanceof RetryError) return error.errorCode !== 409;
  return error instanceof CallError && (error.errorCode === 401 || error.errorCode === 404);
}

function canBeRepeated(call: ApiCall, error: CallError): boolean {
  return error instanceof RetryError ? isSafeToResend(call, error) : canBeSentAgain(call.payload);
}
