import type { KeyboardButton, Message, ReplyMarkup, User } from './wire.js';

/** The reply keyboard that one user sees in a chat. */
export interface ShownKeyboard {
  /** The message it came with. */
  messageId: number;
  markup: ReplyMarkup;
  rows: KeyboardButton[][];
}

/** The newest reply keyboard that `viewer` sees and that no later message has removed. */
export function replyKeyboard(
  messages: readonly Message[],
  viewer: User,
): ShownKeyboard | undefined {
  for (const message of messages.toReversed()) {
    const markup = message.reply_markup;
    if (!markup || !message.from?.is_bot || !concerns(message, markup, viewer)) continue;
    if (markup.remove_keyboard || markup.force_reply) return undefined;
    if (markup.keyboard) {
      const rows = markup.keyboard.map((row) =>
        row.map((button) => (typeof button === 'string' ? { text: button } : button)),
      );
      return { messageId: message.message_id, markup, rows };
    }
  }
  return undefined;
}

/** The message that asks `viewer` for a reply, until the viewer has written something. */
export function forcedReply(messages: readonly Message[], viewer: User): Message | undefined {
  for (const message of messages.toReversed()) {
    if (message.from?.id === viewer.id) return undefined;
    const markup = message.reply_markup;
    if (!markup || !message.from?.is_bot || !concerns(message, markup, viewer)) continue;
    if (markup.force_reply) return message;
    if (markup.keyboard || markup.remove_keyboard) return undefined;
  }
  return undefined;
}

/** Selective markup applies to the users mentioned in the text and to the sender of the message it replies to. */
function concerns(message: Message, markup: ReplyMarkup, viewer: User): boolean {
  if (!markup.selective) return true;
  if (message.reply_to_message?.from?.id === viewer.id) return true;
  return (message.entities ?? []).some((entity) => {
    if (entity.type === 'text_mention') return entity.user?.id === viewer.id;
    const mentioned = message.text?.slice(entity.offset + 1, entity.offset + entity.length);
    return entity.type === 'mention' && mentioned?.toLowerCase() === viewer.username?.toLowerCase();
  });
}
