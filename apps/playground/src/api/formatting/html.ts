import type { MessageEntity } from '../../world/message.js';
import { badRequest } from '../api-error.js';

const simpleTags: Record<string, string> = {
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
  code: 'code',
  pre: 'pre',
};
const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };

interface OpenTag {
  tag: string;
  attributes: Record<string, string>;
  offset: number;
}

/** Telegram's HTML subset (td MessageEntity, parse_html). @throws ApiError `can't parse entities: ...` */
export function parseHtml(source: string): { text: string; entities: MessageEntity[] } {
  const entities: MessageEntity[] = [];
  const open: OpenTag[] = [];
  let text = '';
  let at = 0;

  const fault = (what: string) => badRequest(`can't parse entities: ${what}`);
  const byteOffset = (index: number) => Buffer.byteLength(source.slice(0, index));

  function closeTag(name: string, start: number): void {
    const top = open.pop();
    if (top === undefined) {
      throw fault(`Unexpected end tag at byte offset ${byteOffset(start)}`);
    }
    if (name !== '' && name !== top.tag) {
      throw fault(
        `Unmatched end tag at byte offset ${byteOffset(start)}, expected "</${top.tag}>", found "</${name}>"`,
      );
    }
    const length = text.length - top.offset;
    if (length > 0) addEntity(top, length);
  }

  function addEntity({ tag, attributes, offset }: OpenTag, length: number): void {
    const content = text.slice(offset);
    if (tag === 'a') {
      const url = attributes['href'] ?? content;
      if (URL.canParse(url)) entities.push({ type: 'text_link', offset, length, url });
    } else if (tag === 'span') entities.push({ type: 'spoiler', offset, length });
    else if (tag === 'blockquote') {
      const type = 'expandable' in attributes ? 'expandable_blockquote' : 'blockquote';
      entities.push({ type, offset, length });
    } else if (tag === 'tg-emoji') {
      const custom_emoji_id = attributes['emoji-id'] ?? '';
      entities.push({ type: 'custom_emoji', offset, length, custom_emoji_id });
    } else addSimple(tag, attributes, offset, length);
  }

  function addSimple(
    tag: string,
    attributes: Record<string, string>,
    offset: number,
    length: number,
  ): void {
    const language = /^language-(.+)$/.exec(attributes['class'] ?? '')?.[1];
    const parent = open.at(-1);
    // <pre><code class="language-x"> is one entity: the language goes up to the pre.
    if (tag === 'code' && parent?.tag === 'pre' && parent.offset === offset) {
      if (language) parent.attributes['class'] = `language-${language}`;
      return;
    }
    const type = simpleTags[tag] as string;
    entities.push({ type, offset, length, ...(type === 'pre' && language ? { language } : {}) });
  }

  while (at < source.length) {
    const char = source[at];
    if (char === '&') {
      const match = /^&(?:#(\d+)|#x([0-9a-f]+)|(\w+));?/i.exec(source.slice(at, at + 12));
      const decoded = match && decode(match);
      text += decoded ?? '&';
      at += decoded && match ? match[0].length : 1;
      continue;
    }
    if (char !== '<') {
      text += char;
      at += 1;
      continue;
    }
    const end = source.indexOf('>', at);
    if (end < 0) throw fault(`Unclosed start tag at byte offset ${byteOffset(at)}`);
    const inside = source.slice(at + 1, end);
    if (inside.startsWith('/')) closeTag(inside.slice(1).trim().toLowerCase(), at);
    else {
      const tag = (/^[^\s>]*/.exec(inside)?.[0] ?? '').toLowerCase();
      const attributes = attributesOf(inside.slice(tag.length));
      if (!isAllowed(tag, attributes)) {
        throw fault(`Unsupported start tag "${tag}" at byte offset ${byteOffset(at)}`);
      }
      open.push({ tag, attributes, offset: text.length });
    }
    at = end + 1;
  }
  const unclosed = open.at(-1);
  if (unclosed) throw fault(`Can't find end tag corresponding to start tag "${unclosed.tag}"`);
  return { text, entities };
}

function isAllowed(tag: string, attributes: Record<string, string>): boolean {
  if (tag === 'span') return attributes['class'] === 'tg-spoiler';
  return tag in simpleTags || ['a', 'blockquote', 'tg-emoji'].includes(tag);
}

function attributesOf(source: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name, double, single, bare] of source.matchAll(
    /([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?/g,
  )) {
    const value = double ?? single ?? bare ?? '';
    attributes[(name as string).toLowerCase()] = value.replaceAll('&amp;', '&');
  }
  return attributes;
}

function decode([, decimal, hex, name]: RegExpExecArray): string | undefined {
  if (name !== undefined) return named[name.toLowerCase()];
  const code = decimal === undefined ? parseInt(hex as string, 16) : Number(decimal);
  return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : undefined;
}
