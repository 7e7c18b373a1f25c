import type { Entity } from './wire.js';

/** A piece of a message's text: plain text, or an entity with the segments inside it. */
export type Segment = string | { entity: Entity; children: Segment[] };

/**
 * Builds the tree of a text's entities. Telegram nests entities properly; one that crosses the end of its parent or of
 * the text is cut there.
 */
export function segmentText(text: string, entities: readonly Entity[] = []): Segment[] {
  const ordered = entities
    .filter((entity) => entity.length > 0 && entity.offset >= 0)
    .toSorted((a, b) => a.offset - b.offset || b.length - a.length);
  return segmentRange(text, ordered, 0, text.length);
}

const blocks = ['pre', 'blockquote', 'expandable_blockquote'];

function segmentRange(
  text: string,
  entities: readonly Entity[],
  start: number,
  end: number,
): Segment[] {
  const segments: Segment[] = [];
  let at = start;
  let next = 0;
  while (next < entities.length) {
    const entity = entities[next++];
    if (entity === undefined || entity.offset < at || entity.offset >= end) continue;
    const entityEnd = Math.min(entity.offset + entity.length, end);
    if (entity.offset > at) segments.push(text.slice(at, entity.offset));
    const inner: Entity[] = [];
    for (let other = entities[next]; other && other.offset < entityEnd; other = entities[++next]) {
      inner.push(other);
    }
    segments.push({ entity, children: segmentRange(text, inner, entity.offset, entityEnd) });
    at = entityEnd;
    // A block already breaks the line.
    if (blocks.includes(entity.type) && text[at] === '\n' && at < end) at += 1;
  }
  if (at < end) segments.push(text.slice(at, end));
  return segments;
}

/** The address of a link entity; undefined when following it could run a script on the page. */
export function linkTarget(entity: Entity, text: string): string | undefined {
  if (entity.type === 'email') return `mailto:${text}`;
  if (entity.type === 'phone_number') return `tel:${text.replace(/[^+\d]/g, '')}`;
  const target = entity.type === 'text_link' ? entity.url : text;
  return target === undefined ? undefined : safeLink(target);
}

/**
 * A web, mail, phone or tg: address that is safe in an `href`; undefined otherwise. A bare `example.org` becomes https.
 */
export function safeLink(target: string): string | undefined {
  const address = /^[a-z][a-z0-9+.-]*:/i.test(target) ? target : `https://${target}`;
  if (!URL.canParse(address)) return undefined;
  const { protocol, href } = new URL(address);
  return ['http:', 'https:', 'mailto:', 'tel:', 'tg:'].includes(protocol) ? href : undefined;
}
