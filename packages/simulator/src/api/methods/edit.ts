import type { MediaKind } from '@chatlane/contracts';
import type { Simulator } from '../../simulator.js';
import { asBotSeesIt, without, type Message } from '../../world/message.js';
import { badRequest } from '../api-error.js';
import { createArguments, type Arguments } from '../arguments.js';
import { botText } from '../bot-text.js';
import { linkPreviewOf } from '../link-preview.js';
import { mediaField } from '../media-field.js';
import { givenFile } from '../media.js';
import { picturesOf } from '../pictures.js';
import type { MethodFamily } from '../method.js';
import { replyMarkup } from '../reply-markup.js';
import { namedMessage, writableChat } from '../target-chat.js';
import { checkMessageText } from '../text-limits.js';
import { captionOf, spoilerOf } from './send-media.js';

const notModified =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';
const captionFields = ['caption', 'caption_entities', 'show_caption_above_media'];
const contentFields = [...captionFields, 'text', 'entities', 'has_media_spoiler'];
const mediaFields = ['photo', 'video', 'document', 'audio', 'animation', 'voice'];

/** The editMessage family. */
export const editMethods: MethodFamily = (simulator) => ({
  editMessageText({ args }) {
    const message = editable(simulator, args);
    if (message.text === undefined) throw badRequest('there is no text in the message to edit');
    const { text, entities } = botText(simulator.world, args, {
      text: 'text',
      entities: 'entities',
    });
    checkMessageText(args.text('text'), text);
    const rest = without(message, 'entities', 'link_preview_options');
    const content = { text, ...(entities.length > 0 && { entities }), ...linkPreviewOf(args) };
    return replace(simulator, message, withMarkup({ ...rest, ...content }, args), args);
  },

  editMessageCaption({ args }) {
    const message = editable(simulator, args);
    if (!mediaFields.some((field) => field in message)) {
      throw badRequest('there is no caption in the message to edit');
    }
    const rest = without(message, ...captionFields);
    return replace(
      simulator,
      message,
      withMarkup({ ...rest, ...captionOf(simulator, args) }, args),
      args,
    );
  },

  editMessageReplyMarkup({ args }) {
    const message = editable(simulator, args);
    return replace(simulator, message, withMarkup(message, args), args);
  },

  async editMessageMedia({ args }) {
    const message = editable(simulator, args);
    const media = (args.json('media') ?? {}) as Record<string, unknown>;
    const value = String((media['media'] as string | undefined) ?? '');
    // Inline messages accept a file_id or a URL, but no uploads.
    if (isInline(args) && value.startsWith('attach://')) {
      throw badRequest('invalid message content specified');
    }
    const file = await givenFile(simulator, args, {
      value,
      upload: undefined,
      kind: media['type'] as MediaKind,
    });
    const mediaArgs = createArguments({ fields: media, files: new Map() });
    const pictures = await picturesOf(simulator, mediaArgs, args);
    const content = {
      ...without(message, ...mediaFields, ...contentFields),
      ...mediaField(file, mediaArgs, pictures),
      ...captionOf(simulator, mediaArgs),
      ...spoilerOf(mediaArgs),
    };
    return replace(simulator, message, withMarkup(content, args), args);
  },
});

/** Whether the call names its message by inline_message_id, which is used only when no chat is named. */
function isInline(args: Arguments): boolean {
  return args.has('inline_message_id') && !args.has('chat_id');
}

/** The message to edit: one of the bot's own, or one that came from its inline results. @throws ApiError */
function editable(simulator: Simulator, args: Arguments): Message {
  if (!isInline(args)) return ownMessage(simulator, args);
  const { inline, histories } = simulator.world;
  const place = inline.placeOf(args.text('inline_message_id'));
  const message = place && histories.get(place.chatId, place.messageId);
  if (!message) throw badRequest('MESSAGE_ID_INVALID');
  return message;
}

/** @throws ApiError when the message is gone or was not sent by the bot */
function ownMessage(simulator: Simulator, args: Arguments): Message {
  const chat = writableChat(simulator, args);
  const message = namedMessage(simulator, chat, args, 'edit');
  if (message.from?.id !== simulator.world.bot.id) throw badRequest("message can't be edited");
  return message;
}

/** An edit without a keyboard removes the old one. */
function withMarkup(message: Message, args: Arguments): Message {
  const markup = replyMarkup(args);
  const rest = without(message, 'reply_markup');
  if (markup && !markup.inline_keyboard) throw badRequest('inline keyboard expected');
  const empty = markup?.inline_keyboard?.length === 0;
  return { ...rest, ...(markup && !empty && { reply_markup: markup }) };
}

/** Returns the message, or `true` when it was named by inline_message_id. */
function replace(
  simulator: Simulator,
  before: Message,
  after: Message,
  args: Arguments,
): Message | true {
  if (fingerprint(before) === fingerprint(after)) throw badRequest(notModified);
  // Telegram does not show "edited" when only the keyboard changed (td: hide_edit_date).
  const hidden = contentOf(before) === contentOf(after);
  const edited = simulator.world.edit(after, { hidden });
  return isInline(args) ? true : asBotSeesIt(edited);
}

function contentOf(message: Message): string {
  return fingerprint(without(message, 'reply_markup'));
}

/** Equal for messages with the same content, whatever the order of their fields. */
function fingerprint(message: Message): string {
  const shown = without(asBotSeesIt(message), 'edit_date');
  return JSON.stringify(Object.entries(shown).sort(([a], [b]) => (a < b ? -1 : 1)));
}
