import { toUSVString } from 'node:util';
import { isBlank } from './blank.js';

/**
 * Embeddings, overrides and isolates. One that is not closed changes the order in which the following text is shown.
 */
const directionChanges = /[\u202a-\u202e\u2066-\u2069]/g;

/** Removes characters that change the direction of the text around them. Direction marks are harmless and stay. */
export function withoutDirectionChanges(text: string): string {
  return text.replace(directionChanges, '');
}

/**
 * Makes a name that a user chose safe to put into any text: on one line, without control characters, and without
 * characters that change the direction of the following text. Empty when nothing of it would be visible. Markup is not
 * escaped. Use `safeHtml` and `safeMarkdownV2` for that; like `ctx.t`, they remove direction changes as well.
 *
 * @example
 * await ctx.reply(fmt`Hello, ${bold(plainName(ctx.from.first_name))}!`);
 */
export function plainName(name: string): string {
  const line = withoutDirectionChanges(toUSVString(name))
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return isBlank(line) ? '' : line;
}
