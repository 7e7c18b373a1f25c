import { sortedEntities } from '../../world/merge-entities.js';
import type { MessageEntity } from '../../world/message.js';
import { byteOffset, entityFault } from './fault.js';
import { linkContent, specialContent, type EntityContent } from './links.js';
import { isEndOf, isVerbatim, startAt, types, type MarkName } from './markdown-v2-marks.js';

interface OpenMark {
  name: MarkName;
  language: string;
  /** Offset in the text without marks. */
  offset: number;
  /** Offset in the source. */
  at: number;
}

const reserved = '_*[]()~`>#+-=|{}.!\n';

/**
 * MarkdownV2 (td MessageEntity, parse_markdown_v2): marks nest and must be closed; reserved characters must be escaped.
 *
 * @throws ApiError `can't parse entities: ...`
 */
export function parseMarkdownV2(source: string): { text: string; entities: MessageEntity[] } {
  const entities: MessageEntity[] = [];
  const open: OpenMark[] = [];
  let text = '';
  let at = 0;
  let inQuote = false;
  let atLineStart = true;

  const unended = ({ name, at: start }: OpenMark) =>
    entityFault(`Can't find end of ${name} entity at byte offset ${byteOffset(source, start)}`);

  function add({ offset }: OpenMark, content: EntityContent | undefined): void {
    const length = text.length - offset;
    if (length > 0 && content) entities.push({ ...content, offset, length });
  }

  function begin(char: string): void {
    if (char === '\n') {
      text += char;
      atLineStart = true;
      at += 1;
      return;
    }
    if (char === '>' && atLineStart) {
      if (!inQuote) open.push({ name: 'BlockQuote', language: '', offset: text.length, at });
      inQuote = true;
      at += 1;
      return;
    }
    const start = startAt(source, at);
    if (!start) {
      throw entityFault(
        `Character '${char}' is reserved and must be escaped with the preceding '\\'`,
      );
    }
    open.push({ name: start.name, language: start.language, offset: text.length, at });
    at += start.length;
  }

  /** Reads the `(...)` after a link's text and moves `at` past it. */
  function readTarget(): string {
    at += 1;
    const start = at;
    let url = '';
    while (at < source.length && source[at] !== ')') {
      if (isEscape(source, at)) at += 1;
      url += source[at];
      at += 1;
    }
    if (source[at] !== ')') {
      throw entityFault(`Can't find end of a URL at byte offset ${byteOffset(source, start)}`);
    }
    at += 1;
    return url;
  }

  function endSpecial(mark: OpenMark): void {
    at += 1;
    if (source[at] !== '(') {
      throw entityFault('The entity must contain a tg://emoji or tg://time URL');
    }
    const content = specialContent(readTarget());
    if (!content) throw entityFault('Invalid tg://emoji or tg://time URL specified');
    add(mark, content);
  }

  function endQuote(mark: OpenMark, type: string): void {
    inQuote = false;
    text += '\n';
    atLineStart = true;
    at += 1;
    add(mark, { type });
  }

  /** Ends a quote at the end of its last line. Two bars before the end make the quote expandable. */
  function endQuoteAtLineEnd(top: OpenMark): void {
    if (top.name === 'BlockQuote') {
      endQuote(top, 'blockquote');
      return;
    }
    const isMark =
      top.name === 'Spoiler' &&
      (top.at === at - 2 || (top.at === at - 3 && source[at - 1] === '\r'));
    if (!isMark) throw unended(top);
    const quote = open.pop() as OpenMark;
    if (quote.name !== 'BlockQuote') throw unended(quote);
    endQuote(quote, 'expandable_blockquote');
  }

  function end(mark: OpenMark): void {
    const { name, language } = mark;
    if (name === 'TextUrl') {
      at += 1;
      add(mark, linkContent(source[at] === '(' ? readTarget() : text.slice(mark.offset)));
    } else if (name === 'CustomEmoji') endSpecial(mark);
    else {
      at +=
        isVerbatim(name) && name !== 'Code'
          ? 3
          : name === 'Underline' || name === 'Spoiler'
            ? 2
            : 1;
      add(mark, { type: types[name], ...(language && { language }) });
    }
  }

  while (at < source.length) {
    const char = source[at] as string;
    const top = open.at(-1);
    if (isEscape(source, at)) {
      const escaped = source[at + 1] as string;
      text += escaped;
      if (escaped !== '\r') atLineStart = escaped === '\n';
      at += 2;
    } else if (!(top && isVerbatim(top.name) ? '`' : reserved).includes(char)) {
      text += char;
      if (char !== '\r') atLineStart = false;
      at += 1;
    } else if (top && inQuote && char === '\n' && source[at + 1] !== '>') {
      open.pop();
      endQuoteAtLineEnd(top);
    } else if (top && isEndOf(top.name, source, at)) {
      open.pop();
      end(top);
    } else begin(char);
  }

  if (inQuote) {
    const expandable = open.at(-1)?.name === 'Spoiler' && open.at(-1)?.at === source.length - 2;
    if (expandable) open.pop();
    const quote = open.at(-1);
    if (quote?.name === 'BlockQuote') {
      add(quote, { type: expandable ? 'expandable_blockquote' : 'blockquote' });
      open.pop();
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) throw unended(unclosed);
  return { text, entities: sortedEntities(entities) };
}

/** Any ASCII character can be escaped. */
function isEscape(source: string, at: number): boolean {
  const next = source.charCodeAt(at + 1);
  return source[at] === '\\' && next > 0 && next <= 126;
}
