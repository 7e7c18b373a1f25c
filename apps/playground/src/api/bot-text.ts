import { cleanText, MOST_ENTITIES } from '../world/clean-text.js';
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
 * A text argument with its formatting: parsed by `parse_mode`, or with the entities given, and those Telegram finds itself;
 * cleaned, and with no more entities than Telegram keeps.
 * @param names of the text, its list of entities; `parse_mode` is always the same.
 * @throws ApiError `can't parse entities: ...`
 */
export function botText(args: Arguments, names: { text: string; entities: string }): FormattedText {
  const formatted = format(args, names);
  const { text, entities } = cleanText(formatted.text, formatted.entities);
  const all = byOffset([...entities, ...findEntities(text, entities)]);
  return { text, entities: all.slice(0, MOST_ENTITIES) };
}

function format(args: Arguments, names: { text: string; entities: string }): FormattedText {
  const text = args.text(names.text);
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

function byOffset(entities: MessageEntity[]): MessageEntity[] {
  return entities.sort((a, b) => a.offset - b.offset || b.length - a.length);
}
