import { fmt, mention, type FmtString } from 'telegraf/format';
import type { Message } from 'telegraf/types';
import { plainName } from '../text/plain-name.js';
import type { TurnContext } from '../turn/turn.js';
import { forPerson, groupMessageOf } from './for-person.js';

type ReplyExtra = NonNullable<Parameters<TurnContext['reply']>[1]>;

/**
 * Asks the person that the turn is about. In a private chat this is `ctx.reply`. In a group the question names the
 * person, replies to their message, and opens a reply to the question in their app only (`force_reply` and
 * `selective`). So several people can be asked at once, and a bot in privacy mode, which receives only commands and
 * replies, gets the answers.
 *
 * @param extra options as for `ctx.reply`; a `reply_markup` replaces the forced reply
 * @example
 * nameScene.enter((ctx) => ask(ctx, 'What is your name?'));
 */
export function ask(
  ctx: TurnContext,
  text: string | FmtString,
  extra: ReplyExtra = {},
): Promise<Message.TextMessage> {
  const message = groupMessageOf(ctx);
  if (message === undefined) return ctx.reply(text, extra);
  const named = fmt`${nameIn(message)}: ${text}`;
  const forced: ReplyExtra = { reply_markup: { force_reply: true }, ...extra };
  return ctx.reply(named, forPerson(message, forced));
}

/** The `from` of a message sent as a chat is a placeholder, so use the chat's name. */
function nameIn({ from, sender_chat: chat }: Message): string | FmtString {
  if (chat !== undefined) return plainName('title' in chat ? chat.title : chat.first_name);
  if (from === undefined) return '';
  return mention(plainName(from.first_name) || String(from.id), from);
}
