import type { MessageEntity } from './message.js';

/** Telegram ignores the entities of a message beyond this many; those that it finds by itself count too. */
export const MOST_ENTITIES = 100;

// Sets of characters as in td/telegram/misc.cpp: `clean_input_string` and `strip_empty_characters`.
const removed = /[\r\u2028-\u202e]|\u030a|\u0333|\u033f/g;
const control = /(?!\n)\p{Cc}/gu;
const spaces =
  /[\u1680\u180e\u2000-\u200a\u202e\u202f\u205f\u2800\u3000\ufffc\u{e0000}-\u{e007f}]/gu;
const empty = /^[ \n\u00a0\u200b-\u200f\u202e\ufeff]*$/;

/** Whether Telegram takes a text for empty: it has nothing but spaces and characters that are not seen. */
export function isEmptyText(text: string): boolean {
  return empty.test(text.replace(spaces, ' '));
}

/**
 * Cleans a text before it is sent, as TDLib does: control characters become spaces, characters that would turn or break
 * the line are removed, white space around the text goes. The entities move and shrink with it.
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
  // White space in front is kept where an entity covers it.
  const first = Math.min(end, ...moved.map(({ offset }) => offset));
  const shift = /^[ \n]*/.exec(kept.slice(0, first))?.[0].length ?? 0;
  return {
    text: kept.slice(shift, end),
    entities: moved.map((entity) => ({ ...entity, offset: entity.offset - shift })),
  };
}
