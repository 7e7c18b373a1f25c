import { STATUS_CODES } from 'node:http';
import type { HttpResponse } from './http-post.js';
import { isObject } from './payload.js';
import { LostCall, RefusedCall, type ErrorResponse } from './transport-errors.js';

/**
 * Extracts the result of a call from the server's response.
 *
 * @throws RefusedCall when it is an error, LostCall when it is not a Bot API response
 */
export function parseResponse({ status, text }: HttpResponse): unknown {
  const response = parse(text);
  if (response?.['ok'] === true) return response['result'];
  if (response?.['ok'] === false && typeof response['error_code'] === 'number') {
    const { error_code, description = '', parameters } = response as unknown as ErrorResponse;
    throw new RefusedCall({ error_code, description, ...(isObject(parameters) && { parameters }) });
  }
  // Telegram's own web server sends 413 and 429 as HTML, and any proxy in front of it may send 5xx.
  if (status === 413 || status === 429 || status >= 500) {
    throw new RefusedCall({ error_code: status, description: STATUS_CODES[status] ?? 'Error' });
  }
  // A redirect or a rejection by something in front of the Bot API. A truncated 200 may have been carried out.
  const message = `the response (${status}) is not from the Bot API`;
  throw new LostCall(message, status < 300);
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const response: unknown = JSON.parse(text);
    return isObject(response) ? response : undefined;
  } catch {
    return undefined;
  }
}
