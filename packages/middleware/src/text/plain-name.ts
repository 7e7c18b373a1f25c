import { toUSVString } from 'node:util';
import { isBlank } from './blank.js';

/** Embeddings, overrides and isolates: what follows one that is not closed is shown in another order. */
const turning = /[\u202a-\u202e\u2066-\u2069]/g;

/** Takes out the characters that change the direction of the text around them. Marks of direction stay: they are harmless. */
export function withoutDirectionChanges(text: string): string {
  return text.replace(turning, '');
}

/**
 * A name that people chose, as it can stand in any text: in one line, without control characters and without those that
 * change the direction of what follows. Empty when nothing would be seen of it. Markup is not escaped: for that see
 * `safeHtml` and `safeMarkdownV2`, which take direction changes out as well, as `ctx.t` does.
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
