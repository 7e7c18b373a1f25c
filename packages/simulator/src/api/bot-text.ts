import { cleanText, MOST_ENTITIES } from '../world/clean-text.js';
import { findEntities } from '../world/find-entities.js';
import { givenEntities } from './given-entities.js';
import { mergeEntities } from '../world/merge-entities.js';
import type { MessageEntity } from '../world/message.js';
import type { World } from '../world/world.js';
import { badRequest } from './api-error.js';
import type { Arguments } from './arguments.js';
import { parseHtml } from './formatting/html.js';
import { parseMarkdownV2 } from './formatting/markdown-v2.js';
import { parseMarkdown } from './formatting/markdown.js';

export interface FormattedText {
  text: string;
  entities: MessageEntity[];
}

/** The names of the arguments that make up a text: the text, its entities, and its mode (default `parse_mode`). */
export interface TextArguments {
  text: string;
  entities: string;
  mode?: string;
}

/**
 * A text argument with its entities: those of the parse mode or those given explicitly, plus those that Telegram
 * detects. The text is cleaned, entities beyond Telegram's limit are dropped, and so are mentions of users the bot has
 * not met.
 *
 * @throws ApiError `can't parse entities: ...`
 */
export function botText(
  { users }: Pick<World, 'users'>,
  args: Arguments,
  names: TextArguments,
): FormattedText {
  const formatted = format(args, names);
  const { text, entities } = cleanText(formatted.text, formatted.entities);
  const known = entities.flatMap((entity) => {
    if (entity.type !== 'text_mention') return [entity];
    const user = users.get(Number(entity.user?.id));
    return user ? [{ ...entity, user }] : [];
  });
  return { text, entities: mergeEntities(known, findEntities(text)).slice(0, MOST_ENTITIES) };
}

function format(args: Arguments, names: TextArguments): FormattedText {
  const text = args.text(names.text);
  const mode = args.text(names.mode ?? 'parse_mode').toLowerCase();
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
