import type { Simulator } from '../../simulator.js';
import type { InlineResult } from '../../world/inline-query.js';
import { badRequest } from '../api-error.js';
import { createArguments, type Arguments } from '../arguments.js';
import { replyMarkup } from '../reply-markup.js';
import { asFields, optionalText, parsing, requiredText, type Fields } from './fields.js';
import { mediaResult, mediaTypes } from './media-result.js';
import {
  contactContent,
  locationContent,
  messageContent,
  venueContent,
} from './message-content.js';

const mostResults = 50;
const longestIdBytes = 64;

/**
 * The results of answerInlineQuery, validated as by the Bot API server (Client::get_inline_query_result), td
 * (InlineQueriesManager) and, with its error codes, Telegram's own server.
 *
 * @throws ApiError
 */
export async function inlineResults(
  simulator: Simulator,
  args: Arguments,
): Promise<InlineResult[]> {
  const given = args.json('results') ?? [];
  if (!Array.isArray(given)) throw badRequest('expected an Array of inline query results');
  if (given.length > mostResults) throw badRequest('too many inline query results specified');
  const results: InlineResult[] = [];
  for (const item of given as unknown[]) {
    results.push(await parsing('inline query result', () => oneResult(simulator, item)));
  }
  const ids = results.map(({ id }) => id);
  if (ids.some((id) => id === '')) throw badRequest('RESULT_ID_EMPTY');
  if (ids.some((id) => Buffer.byteLength(id) > longestIdBytes))
    throw badRequest('RESULT_ID_INVALID');
  if (new Set(ids).size < ids.length) throw badRequest('RESULT_ID_DUPLICATE');
  return results;
}

function oneResult(simulator: Simulator, item: unknown): InlineResult {
  const fields = asFields(item, 'inline query result must be an object');
  const type = requiredText(fields, 'type').toLowerCase();
  const id = requiredText(fields, 'id');
  const given = fields['input_message_content'] ?? undefined;
  const replacement =
    given === undefined
      ? undefined
      : messageContent(
          simulator,
          asFields(given, 'field "input_message_content" must be of type Object'),
        );
  const markup = replyMarkup(createArguments({ fields, files: new Map() }));
  if (markup && !markup.inline_keyboard) throw badRequest('inline keyboard expected');
  const shown = mediaTypes[type]
    ? mediaResult(simulator, fields, replacement)
    : plainResult(simulator, type, fields, replacement);
  return { id, ...shown, ...(markup && { markup }) };
}

function plainResult(
  simulator: Simulator,
  type: string,
  fields: Fields,
  replacement: ReturnType<typeof messageContent> | undefined,
): Omit<InlineResult, 'id' | 'markup'> {
  const make = plainTypes[type];
  if (!make) throw badRequest(`type "${type}" is unsupported for the inline query result`);
  const { title, description, content } = make(fields, replacement !== undefined, simulator);
  const url = optionalText(fields, 'thumbnail_url') ?? optionalText(fields, 'thumb_url');
  return {
    type,
    title,
    ...(description !== undefined && { description }),
    ...(url && { thumbnail: { url } }),
    content: () => Promise.resolve(replacement ?? content),
  };
}

interface Plain {
  title: string;
  description?: string | undefined;
  /** Sent unless the bot gives an `input_message_content`. */
  content: ReturnType<typeof messageContent>;
}

const plainTypes: Readonly<
  Record<string, (fields: Fields, isReplaced: boolean, simulator: Simulator) => Plain>
> = {
  article(fields, isReplaced, simulator) {
    // `message_text` beside the title is the legacy form, which still works.
    const content = isReplaced
      ? {}
      : messageContent(simulator, {
          ...fields,
          message_text: requiredText(fields, 'message_text'),
        });
    const title = requiredText(fields, 'title');
    if (title === '') throw badRequest('ARTICLE_TITLE_EMPTY');
    return { title, description: optionalText(fields, 'description'), content };
  },
  contact(fields) {
    const content = contactContent(fields);
    const names = ['first_name', 'last_name'].map((name) => optionalText(fields, name));
    const description = requiredText(fields, 'phone_number');
    return { title: names.filter(Boolean).join(' '), description, content };
  },
  location(fields) {
    const content = locationContent(fields);
    const description = `${requiredText(fields, 'latitude')} ${requiredText(fields, 'longitude')}`;
    return { title: requiredText(fields, 'title'), description, content };
  },
  venue(fields) {
    const content = venueContent(fields);
    const description = requiredText(fields, 'address');
    return { title: requiredText(fields, 'title'), description, content };
  },
  game(fields) {
    // The simulated bot has no games, so every game is unknown.
    requiredText(fields, 'game_short_name');
    throw badRequest('GAME_SHORTNAME_INVALID');
  },
};
