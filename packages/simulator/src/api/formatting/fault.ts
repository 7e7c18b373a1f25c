import { badRequest, type ApiError } from '../api-error.js';

/** The error for a text whose formatting is invalid. */
export function entityFault(what: string): ApiError {
  return badRequest(`can't parse entities: ${what}`);
}

/** Telegram's errors give positions as UTF-8 byte offsets. */
export function byteOffset(source: string, index: number): number {
  return Buffer.byteLength(source.slice(0, index));
}
