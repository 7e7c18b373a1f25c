import type { MessageEntity } from '../world/message.js';
import { badRequest } from './api-error.js';
import type { Arguments } from './arguments.js';
import { customEmoji, dateTime, linkContent, type EntityContent } from './formatting/links.js';

const styles = [
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'code',
  'blockquote',
  'expandable_blockquote',
];

/** The entities of an explicit list argument. Types that Telegram detects by itself are ignored. @throws ApiError */
export function givenEntities(args: Arguments, name: string): MessageEntity[] {
  const given = args.json(name);
  if (given === undefined) return [];
  if (!Array.isArray(given)) throw badRequest(`can't parse entities JSON object`);
  return given.flatMap((value: unknown) => {
    if (typeof value !== 'object' || value === null) throw badRequest('expected an Object');
    const entity = value as MessageEntity;
    const [offset, length] = [Number(entity.offset), Number(entity.length)];
    if (!Number.isInteger(offset)) throw badRequest('field "offset" must be of type Number');
    if (!Number.isInteger(length)) throw badRequest('field "length" must be of type Number');
    const content = contentOf(entity);
    return content ? [{ ...content, offset, length }] : [];
  });
}

function contentOf({ type, ...more }: MessageEntity): EntityContent | undefined {
  if (styles.includes(type)) return { type };
  switch (type) {
    case 'pre':
      return { type, ...(more.language && { language: more.language }) };
    case 'text_link':
      return linkContent(String(more.url ?? ''));
    case 'text_mention':
      return more.user && { type, user: more.user };
    case 'custom_emoji':
      return customEmoji(String(more.custom_emoji_id ?? ''));
    case 'date_time':
      return dateTime(Number(more.unix_time), more.date_time_format ?? '');
    default:
      return undefined;
  }
}
