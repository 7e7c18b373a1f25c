import type { Message } from 'telegraf/types';
import type { TurnContext } from '../turn/turn.js';

/** The message that the turn is about, if it was sent in a group or supergroup. Undefined in all other cases. */
export function groupMessageOf({ chat, message, turn }: TurnContext): Message | undefined {
  const isGroup = chat?.type === 'group' || chat?.type === 'supergroup';
  // The bot is not a member of the chat of a guest message, and an ephemeral message has no id to reply to.
  if (!isGroup || turn.lane.startsWith('g:') || message?.message_id === 0) return undefined;
  return message;
}

/**
 * Makes an outgoing message a reply to the person's message, and shows or removes its keyboard for that person only
 * (`selective`). Parameters that the payload sets itself are kept.
 */
export function forPerson<P extends object>({ message_id }: Message, payload: P): P {
  const { reply_parameters, reply_markup } = payload as Record<string, unknown>;
  return {
    ...payload,
    ...(reply_parameters === undefined && {
      reply_parameters: { message_id, allow_sending_without_reply: true },
    }),
    ...(isReplyMarkup(reply_markup) && { reply_markup: { selective: true, ...reply_markup } }),
  };
}

/** Inline keyboards belong to their message and cannot be selective. */
function isReplyMarkup(markup: unknown): markup is object {
  if (typeof markup !== 'object' || markup === null) return false;
  return 'keyboard' in markup || 'remove_keyboard' in markup || 'force_reply' in markup;
}
