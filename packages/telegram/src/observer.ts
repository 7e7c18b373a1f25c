import type { Interceptor, Priority } from './interceptor.js';
import { CallError } from './errors.js';
import type { EffectEvent } from './journal/effect-journal.js';

/** How a call ended: `ok`, the `nextAction` of its error, or `failed` for an error that is not a CallError. */
export type CallOutcome = 'ok' | 'never' | 'retry' | 'retry-after' | 'over' | 'failed';

/** Notified of what happens to calls. All methods are optional, and none may throw. */
export interface ClientObserver {
  /** A call ended; `durationMs` includes waits and resends. */
  onCall?(event: { method: string; outcome: CallOutcome; durationMs: number }): void;
  /** A call begins to wait because of a 429. */
  onFloodWait?(event: { method: string; waitMs: number }): void;
  /** The turn's journal already had a record of the call. */
  onEffect?(event: { event: EffectEvent; method: string }): void;
  /** A call waited for the rate limits: a pause, its place in a queue, or the pace of a group. */
  onWaited?(event: { priority: Priority; waitedMs: number }): void;
  /** A call is sent again after a network or server error. */
  onResend?(event: { method: string }): void;
}

/** Reports the outcome and the duration of each call as the bot sees them. */
export function createCallObserver(observer: ClientObserver): Interceptor {
  return async function observe(call, next) {
    const startMs = performance.now();
    const report = (outcome: CallOutcome) =>
      observer.onCall?.({ method: call.method, outcome, durationMs: performance.now() - startMs });
    try {
      const result = await next(call);
      report('ok');
      return result;
    } catch (error) {
      report(error instanceof CallError ? error.nextAction : 'failed');
      throw error;
    }
  };
}
