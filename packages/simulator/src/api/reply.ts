import type { Simulator } from '../simulator.js';
import type { Chat } from '../world/chat.js';
import { asReplied, type Message } from '../world/message.js';
import { badRequest } from './api-error.js';
import { createArguments, type Arguments } from './arguments.js';
import { botText } from './bot-text.js';
import { originOf } from './origin.js';

const longestQuote = 1024;
/** Fields of a replied-to message that are shown when it is in another chat. */
const shownOutside =
  'animation audio document photo sticker video video_note voice has_media_spoiler contact dice location poll venue link_preview_options'.split(
    ' ',
  );

/** The reply fields of a message, for a reply in the same chat or to another one. @throws ApiError */
export function replyFields(simulator: Simulator, chat: Chat, args: Arguments): Partial<Message> {
  const given = (args.json('reply_parameters') ?? {}) as Record<string, unknown>;
  const parameters = createArguments({ fields: given, files: new Map() });
  const id = parameters.integer('message_id', args.integer('reply_to_message_id', 0));
  if (id <= 0) return {};
  const chatId = parameters.integer('chat_id', chat.identity.id);
  const found = simulator.world.histories.get(chatId, id);
  if (!found) {
    const isOptional = [parameters, args].some((one) => one.flag('allow_sending_without_reply'));
    if (isOptional) return {};
    throw badRequest('message to be replied not found');
  }
  const quote = quoteOf(simulator, found, parameters);
  if (chatId === chat.identity.id) return { reply_to_message: asReplied(found), ...quote };
  const shown = shownOutside.filter((field) => field in found);
  const external_reply = {
    origin: originOf(found),
    ...(found.chat.type !== 'private' && { chat: found.chat, message_id: found.message_id }),
    ...Object.fromEntries(shown.map((field) => [field, found[field]])),
  };
  return { external_reply, ...quote };
}

/** The verbatim quote of the replied-to message. @throws ApiError */
function quoteOf(
  { world }: Simulator,
  found: Message,
  parameters: Arguments,
): { quote?: Record<string, unknown> } {
  if (!parameters.has('quote')) return {};
  const names = { text: 'quote', entities: 'quote_entities', mode: 'quote_parse_mode' };
  const { text, entities } = botText(world, parameters, names);
  if ([...text].length > longestQuote) throw badRequest('message quote is too long');
  const whole = found.text ?? found.caption ?? '';
  const near = parameters.integer('quote_position', 0, 0);
  const position = whole.startsWith(text, near) ? near : whole.indexOf(text);
  if (position < 0) throw badRequest('QUOTE_TEXT_INVALID');
  const kept = entities.filter(({ type }) => quotable.includes(type));
  return {
    quote: { text, position, is_manual: true, ...(kept.length > 0 && { entities: kept }) },
  };
}

const quotable = [
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'custom_emoji',
  'date_time',
];
