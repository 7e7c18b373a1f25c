import type { ApiCall, Delivery, Interceptor, Send } from '../interceptor.js';
import { NeverRetryError, OutcomeUnknownError, RetryError } from '../errors.js';
import { isBenignError } from '../benign-errors.js';
import { canBeSentAgain } from '../payload.js';
import { isRepeatable } from '../retry.js';
import { createCallKeys } from './call-key.js';
import { deliveryOf } from './delivery.js';

/**
 * What the journal did with a call. `replayed`: returned the recorded result. `repeated`: sent it again because its
 * outcome was unknown. `unknown`: rejected it because its outcome is unknown and it must not be sent again.
 */
export type EffectEvent = 'replayed' | 'repeated' | 'unknown';

/** The value that these methods set may have been overwritten since, possibly by calls that are not recorded. */
const overwrites = /^(edit|set)[A-Z]/;

/** Options of `createEffectJournal`. */
export interface EffectJournalOptions {
  /** The bot's delivery for individual methods. */
  delivery: Readonly<Record<string, Delivery>>;
  onEffect: (event: EffectEvent, method: string) => void;
}

/**
 * Returns the recorded results of calls that an earlier attempt of the turn made, and decides what happens to calls
 * whose outcome is unknown, because the Bot API has no idempotency key (tdlib/telegram-bot-api#126).
 *
 * With `at-least-once`, a call whose response was lost is repeated once. A call interrupted by the death of its worker
 * is always repeated, because another chat's update may have caused that.
 */
export function createEffectJournal({ delivery, onEffect }: EffectJournalOptions): Interceptor {
  const keyOf = createCallKeys();

  return async function effectJournal(call, next) {
    const { journal } = call.turn;
    const wanted = journal && deliveryOf(call, delivery);
    if (!journal || !wanted || wanted === 'untracked') return next(call);
    const { method } = call;
    // Before the first await, so that concurrent calls are numbered in the order in which they were made.
    const key = keyOf(call);
    const known = journal.recall(key);
    if (known.state === 'done') {
      if (overwrites.test(method)) return sendAgain(call, next, known.result);
      onEffect('replayed', method);
      return known.result;
    }
    const tracked = { ...call, effect: { key, mustBeRecordedFirst: wanted === 'at-most-once' } };
    let { times, lost } = known.state === 'unknown' ? known : { times: 0, lost: 0 };
    for (;;) {
      if (times > 0) {
        const isRepeated = isRepeatable(method) || (wanted === 'at-least-once' && lost <= 1);
        onEffect(isRepeated ? 'repeated' : 'unknown', method);
        if (!isRepeated) throw new OutcomeUnknownError({ method });
      }
      try {
        return await next(lost > 0 ? { ...tracked, needsNewConnection: true } : tracked);
      } catch (error) {
        if (!(error instanceof RetryError && error.maybeSent)) throw error;
        if (isRepeatable(method) || !canBeSentAgain(call.payload)) throw error;
        times += 1;
        lost += 1;
      }
    }
  };
}

/** Telegram rejects an edit that is already in place; the first result is still valid then. */
async function sendAgain(call: ApiCall, next: Send, result: unknown): Promise<unknown> {
  try {
    return await next(call);
  } catch (error) {
    if (error instanceof NeverRetryError && isBenignError(call.method, error.description))
      return result;
    throw error;
  }
}
