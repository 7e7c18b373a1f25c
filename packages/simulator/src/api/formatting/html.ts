import { sortedEntities } from '../../world/merge-entities.js';
import type { MessageEntity } from '../../world/message.js';
import { byteOffset, entityFault } from './fault.js';
import { charAt, decodedAt, isSpace, readAttributes } from './html-reader.js';
import { customEmoji, dateTime, linkContent, type EntityContent } from './links.js';

const simpleTags: Readonly<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  span: 'spoiler',
};
const otherTags = ['a', 'code', 'pre', 'blockquote', 'tg-emoji', 'tg-time'];

interface OpenTag {
  tag: string;
  attributes: ReadonlyMap<string, string>;
  offset: number;
}

/** Telegram's HTML subset (td MessageEntity, parse_html). @throws ApiError `can't parse entities: ...` */
export function parseHtml(source: string): { text: string; entities: MessageEntity[] } {
  const entities: MessageEntity[] = [];
  const open: OpenTag[] = [];
  let text = '';
  let at = 0;

  const fault = (what: string, index: number) =>
    entityFault(`${what} at byte offset ${byteOffset(source, index)}`);

  function openTag(start: number): void {
    at += 1;
    while (!isSpace(charAt(source, at)) && source[at] !== '>') at += 1;
    if (at >= source.length) throw fault('Unclosed start tag', start);
    const tag = source.slice(start + 1, at).toLowerCase();
    if (!(tag in simpleTags) && !otherTags.includes(tag)) {
      throw fault(`Unsupported start tag "${tag}"`, start);
    }
    const read = readAttributes(source, at, { tag, start });
    at = read.end + 1;
    if (tag === 'span' && read.attributes.get('class') !== 'tg-spoiler') {
      throw fault('Tag "span" must have class "tg-spoiler"', start);
    }
    open.push({ tag, attributes: read.attributes, offset: text.length });
  }

  function closeTag(start: number): void {
    const top = open.pop();
    if (top === undefined) throw fault('Unexpected end tag', start);
    while (!isSpace(charAt(source, at)) && source[at] !== '>') at += 1;
    const name = source.slice(start + 2, at).toLowerCase();
    while (at < source.length && isSpace(charAt(source, at))) at += 1;
    if (source[at] !== '>') throw fault('Unclosed end tag', start);
    if (name !== '' && name !== top.tag) {
      const place = `at byte offset ${byteOffset(source, start)}`;
      throw entityFault(`Unmatched end tag ${place}, expected "</${top.tag}>", found "</${name}>"`);
    }
    at += 1;
    if (text.length > top.offset) addEntity(top, text.length - top.offset);
  }

  function addEntity({ tag, attributes, offset }: OpenTag, length: number): void {
    const last = entities.at(-1);
    const covered = last?.offset === offset && last.length === length ? last : undefined;
    const language = /^language-(.+)$/s.exec(attributes.get('class') ?? '')?.[1];
    // `<pre><code class="language-...">` is one entity, whichever of the two tags is outside.
    if (tag === 'pre' && covered?.type === 'code' && covered.language !== undefined) {
      covered.type = 'pre';
    } else if (tag === 'code' && covered?.type === 'pre' && language !== undefined) {
      covered.language = language;
    } else if (tag === 'code') {
      entities.push({ type: 'code', offset, length, ...(language && { language }) });
    } else {
      const content = contentOf(tag, attributes, text.slice(offset));
      if (content) entities.push({ ...content, offset, length });
    }
  }

  while (at < source.length) {
    const decoded = source[at] === '&' ? decodedAt(source, at) : undefined;
    if (decoded) {
      text += decoded.char;
      at = decoded.end;
    } else if (source[at] !== '<') {
      text += source[at];
      at += 1;
    } else if (source[at + 1] === '/') closeTag(at);
    else openTag(at);
  }
  const unclosed = open.at(-1);
  if (unclosed) {
    throw entityFault(`Can't find end tag corresponding to start tag "${unclosed.tag}"`);
  }
  for (const entity of entities) if (entity.type === 'code') delete entity.language;
  return { text, entities: sortedEntities(entities) };
}

function contentOf(
  tag: string,
  attributes: ReadonlyMap<string, string>,
  text: string,
): EntityContent | undefined {
  switch (tag) {
    case 'a':
      return linkContent(attributes.get('href') || text);
    case 'pre':
      return { type: 'pre' };
    case 'blockquote':
      return { type: attributes.has('expandable') ? 'expandable_blockquote' : 'blockquote' };
    case 'tg-emoji': {
      const emoji = customEmoji(attributes.get('emoji-id') ?? '');
      if (!emoji) throw entityFault('Invalid custom emoji identifier specified');
      return emoji;
    }
    case 'tg-time': {
      const unix = parseInt(attributes.get('unix') ?? '', 10) || 0;
      const date = dateTime(unix, attributes.get('format') ?? '');
      if (!date) throw entityFault('Invalid date format used');
      return unix > 0 ? date : undefined;
    }
    default:
      return { type: simpleTags[tag] as string };
  }
}
