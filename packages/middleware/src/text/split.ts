import { FmtString } from 'telegraf/format';
import type { MessageEntity } from 'telegraf/types';
import { isBlank } from './blank.js';

/** A plain text, one made by Telegraf's `fmt`, or a message. */
export type Splittable = string | { text: string; entities?: readonly MessageEntity[] };

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** White space at which a line may end: those that hold words together are not of it. */
const breaking = /[^\S\u00a0\u2007\u202f\ufeff]/;
/** Entities that mean something as a whole only. */
const whole = new Set<MessageEntity['type']>([
  'mention',
  'hashtag',
  'cashtag',
  'bot_command',
  'url',
  'email',
  'phone_number',
  'custom_emoji',
]);

/** Of more, Telegram ignores those that begin last. */
const MOST_ENTITIES = 100;
/** A word in which Telegram may find a mention, a hashtag, a command or a link by itself: it counts as an entity. */
const marksItself = /[@#$/][\p{L}\p{N}_]|[\p{L}\p{N}]\.\p{L}{2}/u;

interface Range {
  offset: number;
  length: number;
}

/**
 * Splits a text into messages that Telegram takes: at the end of a line or of a word, where there is none between two
 * characters as a reader sees them. An entity that is cut goes on in the next piece; no piece has more than 100, with
 * the mentions and links that Telegram finds by itself in a formatted text. The pieces joined are the text; only a piece
 * that Telegram would call empty is left out: white space and invisible characters.
 *
 * @param options.limit UTF-16 code units, as Telegram counts, 2 at least. Default 4096; a caption has 1024.
 * @example
 * for (const piece of splitText(fmt`${bold(title)}\n${story}`)) await ctx.reply(piece);
 */
export function splitText(content: Splittable, options: { limit?: number } = {}): FmtString[] {
  const { limit = 4096 } = options;
  if (!Number.isInteger(limit) || limit < 2) {
    throw new Error(`limit: must be a whole number from 2 on, is ${limit}`);
  }
  const { text, entities = [] } = typeof content === 'string' ? { text: content } : content;
  const counted = entities.length > 0 ? byOffset([...entities, ...foundIn(text)]) : [];
  const pieces: FmtString[] = [];
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = text.length;
    const room = Math.min(limit, roomForEntities(counted, start));
    if (end - start > room) {
      end = start + cutOf(text.slice(start, start + room + 2), room);
      const torn = entities.find(
        ({ type, offset, length }) =>
          whole.has(type) && offset > start && offset < end && end < offset + length,
      );
      end = torn?.offset ?? end;
    }
    const piece = text.slice(start, end);
    if (!isBlank(piece)) pieces.push(new FmtString(piece, within(entities, start, end)));
  }
  return pieces;
}

/** Where to cut the first piece off; `text` has two code units more than it may have. */
function cutOf(text: string, limit: number): number {
  const segments = graphemes.segment(text);
  const isBoundary = (at: number) => segments.containing(at)?.index === at;
  const isSpace = (at: number) => breaking.test(text[at] ?? '');

  const line = text.lastIndexOf('\n', limit - 1) + 1;
  if (line > limit / 2 && isBoundary(line)) return line;
  for (let at = limit; at > 0; at -= 1) {
    if ((isSpace(at - 1) || isSpace(at)) && isBoundary(at)) return at;
  }
  const boundary = segments.containing(limit)?.index ?? limit;
  if (boundary > 0) return boundary;
  const splitsPair = /^[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(limit - 1));
  return splitsPair ? limit - 1 : limit;
}

function byOffset(ranges: Range[]): Range[] {
  return ranges.sort((a, b) => a.offset - b.offset);
}

/** An estimate that is rather too high: a piece that could have been longer does no harm. */
function foundIn(text: string): Range[] {
  return [...text.matchAll(/\S+/g)].flatMap(({ 0: word, index: offset }) =>
    marksItself.test(word) ? [{ offset, length: word.length }] : [],
  );
}

/** How long a piece from `start` on may be until one entity too many begins. At least 2, for a surrogate pair. */
function roomForEntities(ranges: readonly Range[], start: number): number {
  const inPiece = ranges.filter(({ offset, length }) => offset + length > start);
  const excess = inPiece.slice(MOST_ENTITIES).find(({ offset }) => offset >= start + 2);
  return excess === undefined ? Infinity : excess.offset - start;
}

/** The parts of the entities that lie in a piece; undefined when there are none. */
function within(
  entities: readonly MessageEntity[],
  start: number,
  end: number,
): MessageEntity[] | undefined {
  const parts = entities.flatMap((entity) => {
    const from = Math.max(entity.offset, start);
    const length = Math.min(entity.offset + entity.length, end) - from;
    return length > 0 ? [{ ...entity, offset: from - start, length }] : [];
  });
  return parts.length > 0 ? parts.slice(0, MOST_ENTITIES) : undefined;
}
