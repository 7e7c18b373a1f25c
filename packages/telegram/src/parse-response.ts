import { STATUS_CODES } from 'node:http';
import type { HttpResponse } from './http-post.js';
import { isObject } from './payload.js';
import { LostCall, RefusedCall, type ErrorResponse } from './transport-errors.js';

/**
 * Reads the result of a call out of the server's answer.
 *
 * @throws RefusedCall, or LostCall when the answer is not one of the Bot API
 */
export function parseResponse({ status, text }: HttpResponse): unknown {
  const answer = parse(text);
  if (answer?.['ok'] === true) return answer['result'];
  if (answer?.['ok'] === false && typeof answer['error_code'] === 'number') {
    const { error_code, description = '', parameters } = answer as unknown as ErrorResponse;
    throw new RefusedCall({ error_code, description, ...(isObject(parameters) && { parameters }) });
  }
  // Telegram's own web server answers these two in HTML, and whatever stands before it the errors from 500 on.
  if (status === 413 || status === 429 || status >= 500) {
    throw new RefusedCall({ error_code: status, description: STATUS_CODES[status] ?? 'Error' });
  }
  // A redirect or a refusal of something before the Bot API; a 200 may have been cut short on its way here.
  const message = `the answer (${status}) is not one of the Bot API`;
  throw new LostCall(message, status < 300);
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return isObject(answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}
