import type { KeyboardButton, Message, ReplyMarkup, User } from './wire.js';

/** The reply keyboard that stands under a chat for one user. */
export interface ShownKeyboard {
  /** The message that brought it. */
  messageId: number;
  markup: ReplyMarkup;
  rows: KeyboardButton[][];
}

/** The newest reply keyboard that no later message has taken away, as `viewer` sees it. */
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

/** The message the bot asks `viewer` to reply to, as long as the viewer has said nothing since. */
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

/** A selective markup is for the users its text mentions and for the sender of the message it replies to. */
function concerns(message: Message, markup: ReplyMarkup, viewer: User): boolean {
  if (!markup.selective) return true;
  if (message.reply_to_message?.from?.id === viewer.id) return true;
  return (message.entities ?? []).some((entity) => {
    if (entity.type === 'text_mention') return entity.user?.id === viewer.id;
    const mentioned = message.text?.slice(entity.offset + 1, entity.offset + entity.length);
    return entity.type === 'mention' && mentioned?.toLowerCase() === viewer.username?.toLowerCase();
  });
}
