import { isEmptyText } from '../world/clean-text.js';
import { badRequest } from './api-error.js';

const longest = { message: 4096, caption: 1024 };

/**
 * Checks the length of a message text, counted in characters after formatting was parsed.
 *
 * @param given the argument as the bot sent it
 * @throws ApiError
 */
export function checkMessageText(given: string, text: string): void {
  if (given === '') throw badRequest('message text is empty');
  if (isEmptyText(text)) throw badRequest('text must be non-empty');
  checkMessageLength(text);
}

/** @throws ApiError */
export function checkMessageLength(text: string): void {
  if (isLonger(text, longest.message)) throw badRequest('message is too long');
}

/** @throws ApiError */
export function checkCaption(text: string): void {
  if (isLonger(text, longest.caption)) throw badRequest('message caption is too long');
}

function isLonger(text: string, characters: number): boolean {
  return text.length > characters && [...text].length > characters;
}
