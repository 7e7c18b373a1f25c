import type { ApiCall, Delivery, Interceptor, Send } from '../interceptor.js';
import { NeverRetryError, OutcomeUnknownError, RetryError } from '../errors.js';
import { isBenignError } from '../benign-errors.js';
import { canBeSentAgain } from '../payload.js';
import { isRepeatable } from '../retry.js';
import { createCallKeys } from './call-key.js';
import { deliveryOf } from './delivery.js';

/**
 * What the journal did with a call. `replayed`: it was answered from the journal. `repeated`: its outcome was unknown,
 * and it was sent again. `unknown`: its outcome is unknown, and it is not sent again.
 */
export type EffectEvent = 'replayed' | 'repeated' | 'unknown';

/** What these set may have been set to something else since, also by calls that are not recorded. */
const overwrites = /^(edit|set)[A-Z]/;

export interface EffectJournalOptions {
  /** How the bot wants calls delivered, by method. */
  delivery: Readonly<Record<string, Delivery>>;
  onEffect: (event: EffectEvent, method: string) => void;
}

/**
 * Answers calls that an earlier attempt of the turn has made from the turn's journal, and decides what is done about
 * those whose outcome is unknown: the Bot API has no idempotency key (tdlib/telegram-bot-api#126).
 *
 * With `at-least-once`, a call whose answer was lost is repeated once. One that was cut off by the death of its worker is
 * always repeated, as that may be the fault of another chat's update.
 */
export function createEffectJournal({ delivery, onEffect }: EffectJournalOptions): Interceptor {
  const keyOf = createCallKeys();

  return async function effectJournal(call, next) {
    const { journal } = call.turn;
    const wanted = journal && deliveryOf(call, delivery);
    if (!journal || !wanted || wanted === 'untracked') return next(call);
    const { method } = call;
    // Before the first await: calls made at once are numbered in the order in which they were made.
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
        return await next(tracked);
      } catch (error) {
        if (!(error instanceof RetryError && error.maybeSent)) throw error;
        if (isRepeatable(method) || !canBeSentAgain(call.payload)) throw error;
        times += 1;
        lost += 1;
      }
    }
  };
}

/** Telegram refuses an edit that is in place already: then the first result holds. */
async function sendAgain(call: ApiCall, next: Send, result: unknown): Promise<unknown> {
  try {
    return await next(call);
  } catch (error) {
    if (error instanceof NeverRetryError && isBenignError(call.method, error.description))
      return result;
    throw error;
  }
}
