import type { Message } from 'telegraf/types';
import type { TurnContext } from '../turn/turn.js';

/** The message of a person in a group or supergroup that this turn is about; undefined in every other case. */
export function groupMessageOf({ chat, message, turn }: TurnContext): Message | undefined {
  const isGroup = chat?.type === 'group' || chat?.type === 'supergroup';
  // In the chat of a guest message the bot is not a member; an ephemeral message has no number to reply to.
  if (!isGroup || turn.lane.startsWith('g:') || message?.message_id === 0) return undefined;
  return message;
}

/**
 * Makes a message that is about to be sent a reply to the person's own, and has its keyboard, or the end of one, shown to
 * that person alone (`selective`). What the payload says itself stays.
 */
export function forPerson<P extends object>({ message_id }: Message, payload: P): P {
  const { reply_parameters, reply_markup } = payload as Record<string, unknown>;
  return {
    ...payload,
    ...(reply_parameters === undefined && {
      reply_parameters: { message_id, allow_sending_without_reply: true },
    }),
    ...(isForReplies(reply_markup) && { reply_markup: { selective: true, ...reply_markup } }),
  };
}

/** Inline keyboards belong to their message and cannot be selective. */
function isForReplies(markup: unknown): markup is object {
  if (typeof markup !== 'object' || markup === null) return false;
  return 'keyboard' in markup || 'remove_keyboard' in markup || 'force_reply' in markup;
}
