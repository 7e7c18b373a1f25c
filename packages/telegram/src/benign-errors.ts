import type { ApiCall, Send } from './interceptor.js';
import { NeverRetryError } from './errors.js';

/** Methods, and what Telegram says when it refuses them although nothing is left to be done. */
const harmless: readonly (readonly [method: RegExp, description: RegExp])[] = [
  [/^answer[A-Z]\w*Query$/, /query is too old/],
  [/./, /(is|are) not modified|_NOT_MODIFIED/],
  [/^deleteMessage$/, /message to delete not found/],
];

/**
 * Counts a refusal as success where nothing is left to be done: an answer that comes too late to be shown, an edit
 * that is in place already, a message that is gone already. A turn that is late, or that is run again after a
 * crash, meets these, and would otherwise be given up with all that it changes. With the option `strict` it rejects.
 */
export async function ignoreBenignErrors(call: ApiCall, next: Send): Promise<unknown> {
  try {
    return await next(call);
  } catch (error) {
    if (call.options.strict || !(error instanceof NeverRetryError)) throw error;
    if (isBenignError(call.method, error.description)) return true;
    throw error;
  }
}

/** Whether Telegram's words mean that nothing is left to be done. */
export function isBenignError(called: string, said: string): boolean {
  return harmless.some(([method, description]) => method.test(called) && description.test(said));
}
