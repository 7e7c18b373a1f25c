import { FmtString } from 'telegraf/format';
import type { MessageEntity } from 'telegraf/types';
import { isBlank } from './blank.js';

/** A plain text, a text made by Telegraf's `fmt`, or a message. */
export type Splittable = string | { text: string; entities?: readonly MessageEntity[] };

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** White space at which a line may break; not the kinds that keep words together. */
const breakingSpace = /[^\S\u00a0\u2007\u202f\ufeff]/;
/** Entities that lose their meaning when they are cut. */
const indivisible = new Set<MessageEntity['type']>([
  'mention',
  'hashtag',
  'cashtag',
  'bot_command',
  'url',
  'email',
  'phone_number',
  'custom_emoji',
]);

/** The maximum per message. Telegram ignores further entities. */
const MAX_ENTITIES = 100;
/** A word in which Telegram may detect a mention, a hashtag, a command or a link, which counts as an entity. */
const autoDetected = /[@#$/][\p{L}\p{N}_]|[\p{L}\p{N}]\.\p{L}{2}/u;

interface Range {
  offset: number;
  length: number;
}

/**
 * Splits a text into messages that Telegram accepts: at the end of a line or a word, or else between two visible
 * characters. An entity that is cut continues in the next piece. No piece has more than 100 entities, including those
 * that Telegram detects itself in a formatted text. The joined pieces are the text, except that pieces which Telegram
 * would refuse as empty are left out.
 *
 * @param options.limit UTF-16 code units, as Telegram counts, at least 2. Default 4096; use 1024 for a caption.
 * @throws Error when the limit is not a whole number of at least 2
 * @example
 * for (const piece of splitText(fmt`${bold(title)}\n${story}`)) await ctx.reply(piece);
 */
export function splitText(content: Splittable, options: { limit?: number } = {}): FmtString[] {
  const { limit = 4096 } = options;
  if (!Number.isInteger(limit) || limit < 2) {
    throw new Error(`limit: must be a whole number of at least 2, is ${limit}`);
  }
  const { text, entities = [] } = typeof content === 'string' ? { text: content } : content;
  const counted = entities.length > 0 ? byOffset([...entities, ...detectedIn(text)]) : [];
  const pieces: FmtString[] = [];
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = text.length;
    const available = Math.min(limit, lengthForEntities(counted, start));
    if (end - start > available) {
      end = start + cutOf(text.slice(start, start + available + 2), available);
      const torn = entities.find(
        ({ type, offset, length }) =>
          indivisible.has(type) && offset > start && offset < end && end < offset + length,
      );
      end = torn?.offset ?? end;
    }
    const piece = text.slice(start, end);
    if (!isBlank(piece)) pieces.push(new FmtString(piece, within(entities, start, end)));
  }
  return pieces;
}

/** Where the first piece ends. `text` has two code units more than the piece may have. */
function cutOf(text: string, limit: number): number {
  const segments = graphemes.segment(text);
  const isBoundary = (at: number) => segments.containing(at)?.index === at;
  const isSpace = (at: number) => breakingSpace.test(text[at] ?? '');

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

/** Overestimates, because a piece that could have been longer does no harm. */
function detectedIn(text: string): Range[] {
  return [...text.matchAll(/\S+/g)].flatMap(({ 0: word, index: offset }) =>
    autoDetected.test(word) ? [{ offset, length: word.length }] : [],
  );
}

/** How long a piece from `start` may be before it has too many entities. At least 2, for a surrogate pair. */
function lengthForEntities(ranges: readonly Range[], start: number): number {
  const inPiece = ranges.filter(({ offset, length }) => offset + length > start);
  const excess = inPiece.slice(MAX_ENTITIES).find(({ offset }) => offset >= start + 2);
  return excess === undefined ? Infinity : excess.offset - start;
}

/** The parts of the entities within a piece. Undefined when there are none. */
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
  return parts.length > 0 ? parts.slice(0, MAX_ENTITIES) : undefined;
}
