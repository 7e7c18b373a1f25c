import { badRequest, type ApiError } from '../api-error.js';

/** A refusal of a text whose formatting is wrong. */
export function entityFault(what: string): ApiError {
  return badRequest(`can't parse entities: ${what}`);
}

/** Telegram names places in a text by bytes of UTF-8. */
export function byteOffset(source: string, index: number): number {
  return Buffer.byteLength(source.slice(0, index));
}
