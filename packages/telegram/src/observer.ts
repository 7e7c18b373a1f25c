import type { Interceptor, Priority } from './interceptor.js';
import { CallError } from './errors.js';
import type { EffectEvent } from './journal/effect-journal.js';

/** How a call ended: `ok`, by the next action its error asks for, or `failed` (an error of the bot's own code). */
export type CallOutcome = 'ok' | 'never' | 'retry' | 'retry-after' | 'over' | 'failed';

/** Told what happens on the road; all methods are optional, and none may throw. */
export interface ClientObserver {
  /** A call has ended, its waits and resends included in `durationMs`. */
  onCall?(event: { method: string; outcome: CallOutcome; durationMs: number }): void;
  /** A call starts to wait out a 429. */
  onFloodWait?(event: { method: string; waitMs: number }): void;
  /** The turn's journal knew the call. */
  onEffect?(event: { event: EffectEvent; method: string }): void;
  /** A call has waited for permission: a pause, its place in line, or the pace. */
  onWaited?(event: { priority: Priority; waitedMs: number }): void;
  /** A call is sent once more after the road broke. */
  onResend?(event: { method: string }): void;
}

/** The outermost link: what the bot sees of each call. */
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
