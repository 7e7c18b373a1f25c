import type { MessageEntity } from './message.js';

/** Styles may overlap anything but code, and are split where they do. */
const styles = ['bold', 'italic', 'underline', 'strikethrough', 'spoiler'];
const quotes = ['blockquote', 'expandable_blockquote'];
/** The order of entities that cover the same text; detected entities have no rank of their own. */
const ranks: Readonly<Record<string, number>> = {
  blockquote: 0,
  expandable_blockquote: 0,
  pre: 10,
  code: 20,
  date_time: 30,
  text_link: 49,
  text_mention: 49,
  bold: 90,
  italic: 91,
  underline: 92,
  strikethrough: 93,
  spoiler: 94,
  custom_emoji: 99,
};
const rankOfFound = 50;

/** Sorted by position, longer ones first. */
export function sortedEntities(entities: readonly MessageEntity[]): MessageEntity[] {
  const rank = ({ type }: MessageEntity) => ranks[type] ?? rankOfFound;
  return [...entities].sort(
    (a, b) => a.offset - b.offset || b.length - a.length || rank(a) - rank(b),
  );
}

/**
 * Merges the given and the detected entities of a text as Telegram does (td MessageEntity, fix_entities): links, code
 * and the like never overlap, and given ones win over detected ones; quotes do not nest; styles are merged with
 * adjacent ones of the same type and split where another entity starts.
 */
export function mergeEntities(
  given: readonly MessageEntity[],
  found: readonly MessageEntity[],
): MessageEntity[] {
  const sorted = sortedEntities(given.filter(({ length }) => length > 0));
  const ofQuotes = withoutOverlaps(sorted.filter(({ type }) => quotes.includes(type)));
  const solid = withoutOverlaps(
    sorted.filter(({ type }) => !isStyle(type) && !quotes.includes(type)),
  );
  const added = found.filter((entity) => !solid.some((other) => overlap(entity, other)));
  const separate = [...solid, ...added].filter(
    (entity) => !ofQuotes.some((quote) => overlap(entity, quote) && !isInside(entity, quote)),
  );
  const others = sortedEntities([...separate, ...ofQuotes]);
  return sortedEntities([
    ...others,
    ...cutStyles(
      sorted.filter(({ type }) => isStyle(type)),
      others,
    ),
  ]);
}

function isStyle(type: string): boolean {
  return styles.includes(type);
}

function withoutOverlaps(entities: readonly MessageEntity[]): MessageEntity[] {
  let end = 0;
  return entities.filter((entity) => {
    if (entity.offset < end) return false;
    end = entity.offset + entity.length;
    return true;
  });
}

function cutStyles(
  entities: readonly MessageEntity[],
  others: readonly MessageEntity[],
): MessageEntity[] {
  const merged = styles.flatMap((type) =>
    united(entities.filter((entity) => entity.type === type)),
  );
  const borders = others.flatMap(({ offset, length }) => [offset, offset + length]);
  const starts = merged.map(({ offset }) => offset);
  const cuts = [...new Set([...borders, ...starts])].sort((a, b) => a - b);
  const verbatim = others.filter(({ type }) => type === 'code' || type === 'pre');
  return merged
    .flatMap((entity) => pieces(entity, cuts))
    .filter((piece) => !verbatim.some((code) => overlap(piece, code)));
}

/** Merges touching entities of the same type. */
function united(entities: readonly MessageEntity[]): MessageEntity[] {
  const result: MessageEntity[] = [];
  for (const entity of entities) {
    const last = result.at(-1);
    if (last && entity.offset <= last.offset + last.length) {
      const end = Math.max(last.offset + last.length, entity.offset + entity.length);
      last.length = end - last.offset;
    } else result.push({ ...entity });
  }
  return result;
}

function pieces({ type, offset, length }: MessageEntity, cuts: readonly number[]): MessageEntity[] {
  const end = offset + length;
  const places = [offset, ...cuts.filter((cut) => cut > offset && cut < end), end];
  return places.slice(1).map((place, i) => {
    const start = places[i] as number;
    return { type, offset: start, length: place - start };
  });
}

function overlap(a: MessageEntity, b: MessageEntity): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}

function isInside(inner: MessageEntity, outer: MessageEntity): boolean {
  return inner.offset >= outer.offset && inner.offset + inner.length <= outer.offset + outer.length;
}
