import type { MessageEntity } from '../../world/message.js';
import { badRequest } from '../api-error.js';

/** Longer marks first: `__` is underline, `_` italic. */
const marks: readonly (readonly [mark: string, type: string, name: string])[] = [
  ['__', 'underline', 'Underline'],
  ['||', 'spoiler', 'Spoiler'],
  ['*', 'bold', 'Bold'],
  ['_', 'italic', 'Italic'],
  ['~', 'strikethrough', 'Strikethrough'],
];
const reserved = '_*[]()~`>#+-=|{}.!';

interface OpenMark {
  mark: string;
  type: string;
  name: string;
  offset: number;
  at: number;
}

/**
 * MarkdownV2 (td MessageEntity, parse_markdown_v2): marks nest and must be closed, reserved characters must be escaped.
 * @throws ApiError `can't parse entities: ...`
 */
export function parseMarkdownV2(source: string): { text: string; entities: MessageEntity[] } {
  const entities: MessageEntity[] = [];
  const open: OpenMark[] = [];
  let text = '';
  let at = 0;
  let quoteOffset: number | undefined;

  const fault = (what: string) => badRequest(`can't parse entities: ${what}`);
  const byteOffset = (index: number) => Buffer.byteLength(source.slice(0, index));
  const unended = (name: string, index: number) =>
    fault(`Can't find end of ${name} entity at byte offset ${byteOffset(index)}`);

  function add(type: string, offset: number, more: Partial<MessageEntity> = {}): void {
    const length = text.length - offset;
    if (length > 0) entities.push({ type, offset, length, ...more });
  }

  function readCode(fence: string, name: string): void {
    const start = at;
    const end = source.indexOf(fence, at + fence.length);
    if (end < 0) throw unended(name, start);
    const inside = source.slice(at + fence.length, end);
    const language = fence === '```' ? /^([^\s`]+)\n/.exec(inside)?.[1] : undefined;
    const code = language ? inside.slice(language.length + 1) : inside.replace(/^\n/, '');
    const offset = text.length;
    text += code.replace(/\\([\\`])/g, '$1');
    add(fence === '`' ? 'code' : 'pre', offset, language ? { language } : {});
    at = end + fence.length;
  }

  function endLink(link: OpenMark): void {
    const target = /^\]\(((?:\\.|[^\\)])*)\)/.exec(source.slice(at));
    if (!target) {
      at += 1;
      return;
    }
    const url = (target[1] as string).replace(/\\(.)/g, '$1');
    if (URL.canParse(url)) add('text_link', link.offset, { url });
    at += target[0].length;
  }

  function readMark(mark: string, type: string, name: string): void {
    const top = open.at(-1);
    at += mark.length;
    if (top?.mark === mark) {
      open.pop();
      add(type, top.offset);
    } else open.push({ mark, type, name, offset: text.length, at: at - mark.length });
  }

  function endQuote(): void {
    if (quoteOffset !== undefined) add('blockquote', quoteOffset);
    quoteOffset = undefined;
  }

  while (at < source.length) {
    const char = source[at] as string;
    const lineStart = at === 0 || source[at - 1] === '\n';
    if (lineStart && char === '>') {
      quoteOffset ??= text.length;
      at += 1;
      continue;
    }
    if (lineStart) endQuote();
    const rest = source.slice(at, at + 3);
    const mark = marks.find(([text]) => rest.startsWith(text));
    if (char === '\\' && at + 1 < source.length) {
      text += source[at + 1];
      at += 2;
    } else if (rest === '```') readCode('```', 'Pre');
    else if (char === '`') readCode('`', 'Code');
    else if (mark) readMark(...mark);
    else if (char === '[') {
      open.push({ mark: '[', type: 'text_link', name: 'TextUrl', offset: text.length, at });
      at += 1;
    } else if (char === ']' && open.at(-1)?.mark === '[') endLink(open.pop() as OpenMark);
    else if (reserved.includes(char)) {
      throw fault(`Character '${char}' is reserved and must be escaped with the preceding '\\'`);
    } else {
      text += char;
      at += 1;
    }
  }
  endQuote();
  const unclosed = open.at(-1);
  if (unclosed) throw unended(unclosed.name, unclosed.at);
  return { text, entities };
}
