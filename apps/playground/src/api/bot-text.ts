import { findEntities } from '../world/find-entities.js';
import type { MessageEntity } from '../world/message.js';
import { badRequest } from './api-error.js';
import type { Arguments } from './arguments.js';
import { parseHtml } from './formatting/html.js';
import { parseMarkdownV2 } from './formatting/markdown-v2.js';
import { parseMarkdown } from './formatting/markdown.js';

export interface FormattedText {
  text: string;
  entities: MessageEntity[];
}

/**
 * A text argument with its formatting: parsed by `parse_mode`, or with the entities given, and those Telegram finds itself.
 * @param names of the text, its list of entities; `parse_mode` is always the same.
 * @throws ApiError `can't parse entities: ...`
 */
export function botText(args: Arguments, names: { text: string; entities: string }): FormattedText {
  const { text, entities } = trim(format(args, names));
  return { text, entities: byOffset([...entities, ...findEntities(text, entities)]) };
}

function format(args: Arguments, names: { text: string; entities: string }): FormattedText {
  const text = args.text(names.text).replaceAll('\r', '');
  const mode = args.text('parse_mode').toLowerCase();
  switch (mode) {
    case '':
    case 'none':
      return { text, entities: givenEntities(args, names.entities) };
    case 'html':
      return parseHtml(text);
    case 'markdownv2':
      return parseMarkdownV2(text);
    case 'markdown':
      return parseMarkdown(text);
    default:
      throw badRequest('unsupported parse_mode');
  }
}

function givenEntities(args: Arguments, name: string): MessageEntity[] {
  const given = args.json(name);
  if (given === undefined) return [];
  if (!Array.isArray(given)) throw badRequest(`can't parse entities JSON object`);
  return given as MessageEntity[];
}

/** Telegram drops white space around a text; the entities move and shrink with it. */
function trim({ text, entities }: FormattedText): FormattedText {
  const trimmed = text.trim();
  const shift = text.length - text.trimStart().length;
  const moved = entities.map((entity) => {
    const start = Math.max(0, entity.offset - shift);
    const end = Math.min(trimmed.length, entity.offset + entity.length - shift);
    return { ...entity, offset: start, length: end - start };
  });
  return { text: trimmed, entities: moved.filter(({ length }) => length > 0) };
}

function byOffset(entities: MessageEntity[]): MessageEntity[] {
  return entities.sort((a, b) => a.offset - b.offset || b.length - a.length);
}
