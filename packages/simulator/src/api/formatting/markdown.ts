import type { MessageEntity } from '../../world/message.js';
import { badRequest } from '../api-error.js';

const marks: readonly (readonly [mark: string, type: string])[] = [
  ['```', 'pre'],
  ['*', 'bold'],
  ['_', 'italic'],
  ['`', 'code'],
];

/** The legacy Markdown mode, in which marks do not nest. @throws ApiError `can't parse entities: ...` */
export function parseMarkdown(source: string): { text: string; entities: MessageEntity[] } {
  const entities: MessageEntity[] = [];
  let text = '';
  let at = 0;

  while (at < source.length) {
    const rest = source.slice(at);
    const mark = marks.find(([sign]) => rest.startsWith(sign));
    const link = /^\[([^\]]+)\]\(([^)\s]+)\)/.exec(rest);
    if (/^\\[_*`[]/.test(rest)) {
      text += source[at + 1];
      at += 2;
    } else if (mark) {
      const [sign, type] = mark;
      const end = source.indexOf(sign, at + sign.length);
      if (end < 0) {
        const offset = Buffer.byteLength(source.slice(0, at));
        throw badRequest(
          `can't parse entities: Can't find end of the entity starting at byte offset ${offset}`,
        );
      }
      const content = source.slice(at + sign.length, end);
      if (content) entities.push({ type, offset: text.length, length: content.length });
      text += content;
      at = end + sign.length;
    } else if (link) {
      const [whole, content = '', url = ''] = link;
      if (URL.canParse(url)) {
        entities.push({ type: 'text_link', offset: text.length, length: content.length, url });
      }
      text += content;
      at += whole.length;
    } else {
      text += source[at];
      at += 1;
    }
  }
  return { text, entities };
}
