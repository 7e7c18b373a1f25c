import type { MessageEntity } from './message.js';

/** Telegram ignores the entities of a message beyond this many, including those it detects itself. */
export const MOST_ENTITIES = 100;

// Sets of characters as in td/telegram/misc.cpp: `clean_input_string` and `strip_empty_characters`.
const removed = /[\r\u2028-\u202e]|\u030a|\u0333|\u033f/g;
const control = /(?!\n)\p{Cc}/gu;
const spaces =
  /[\u1680\u180e\u2000-\u200a\u202e\u202f\u205f\u2800\u3000\ufffc\u{e0000}-\u{e007f}]/gu;
const empty = /^[ \n\u00a0\u200b-\u200f\u202e\ufeff]*$/;

/** Whether Telegram treats a text as empty: it consists of spaces and invisible characters only. */
export function isEmptyText(text: string): boolean {
  return empty.test(text.replace(spaces, ' '));
}

/**
 * Cleans a text before it is sent, as TDLib does: control characters become spaces, characters that override the text
 * direction or break lines are removed, and the text is trimmed. Entities are moved and shrunk accordingly.
 */
export function cleanText(
  text: string,
  entities: readonly MessageEntity[],
): { text: string; entities: MessageEntity[] } {
  const places = [...text.matchAll(removed)].map(({ index }) => index);
  const kept = text.replace(removed, '').replace(control, ' ');
  const end = kept.replace(/[ \n]+$/, '').length;
  const at = (offset: number) =>
    Math.min(end, offset - places.filter((place) => place < offset).length);
  const moved = entities
    .map((entity) => {
      const offset = at(entity.offset);
      return { ...entity, offset, length: at(entity.offset + entity.length) - offset };
    })
    .filter(({ length }) => length > 0);
  // Leading white space is kept where an entity covers it.
  const first = Math.min(end, ...moved.map(({ offset }) => offset));
  const shift = /^[ \n]*/.exec(kept.slice(0, first))?.[0].length ?? 0;
  return {
    text: kept.slice(shift, end),
    entities: moved.map((entity) => ({ ...entity, offset: entity.offset - shift })),
  };
}
