import type { ApiCall, Send } from './interceptor.js';
import { NeverRetryError } from './errors.js';

/** Methods and the error descriptions that mean there is nothing left to do. */
const benign: readonly (readonly [method: RegExp, description: RegExp])[] = [
  [/^answer[A-Z]\w*Query$/, /query is too old/],
  [/./, /(is|are) not modified|_NOT_MODIFIED/],
  [/^deleteMessage$/, /message to delete not found/],
];

/**
 * Treats an error as success when there is nothing left to do: an answer that is too late to be shown, an edit that is
 * already in place, a message that is already deleted. Late turns, and turns that run again after a crash, run into
 * these and would otherwise fail with all their changes. Calls with the option `strict` still reject.
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

/** Whether the method's error description means that there is nothing left to do. */
export function isBenignError(calledMethod: string, errorDescription: string): boolean {
  return benign.some(
    ([method, description]) => method.test(calledMethod) && description.test(errorDescription),
  );
}
