import type { Context } from 'telegraf';

/**
 * Descriptions of a 400 that says the bot may not write to the chat, or the chat is gone. telegram-bot-api passes some
 * of them through from the server. A 403 always means one of the two.
 */
const CLOSED =
  /not enough rights to send|have no rights to send a message|have no write access to the chat|need administrator rights in the channel chat|chat not found|bot is not a member of|bot was kicked from|group chat was deactivated|PEER_ID_INVALID|CHAT_WRITE_FORBIDDEN|CHAT_SEND_\w+_FORBIDDEN|CHAT_RESTRICTED|CHANNEL_PRIVATE|USER_IS_BLOCKED|USER_DEACTIVATED|TOPIC_(CLOSED|DELETED)/i;

/**
 * Whether a call was refused because the current chat can no longer be answered: the user blocked the bot, or the bot
 * may not write there. The same refusal for another chat is a failure of the handler.
 */
export function isUnreachable(error: unknown, ctx: Pick<Context, 'chat' | 'from'>): boolean {
  if (!(error instanceof Error) || !('errorCode' in error)) return false;
  const { errorCode } = error;
  const description = 'description' in error ? error.description : undefined;
  const closed =
    errorCode === 403 ||
    (errorCode === 400 && typeof description === 'string' && CLOSED.test(description));
  return closed && isCurrentChat(chatOf(error), ctx);
}

/** The chat of the refused call, from the fields of Telegraf's errors. */
function chatOf(error: Error): unknown {
  const { on } = error as { on?: { payload?: { chat_id?: unknown } } };
  return on?.payload?.chat_id;
}

/** An update without a chat, such as a button press on an inline message, is answered in its user's private chat. */
function isCurrentChat(named: unknown, { chat, from }: Pick<Context, 'chat' | 'from'>): boolean {
  const username = chat && 'username' in chat ? chat.username : undefined;
  if (typeof named === 'string' && named.startsWith('@')) return named === `@${username}`;
  const id = chat?.id ?? from?.id;
  return id !== undefined && String(named) === String(id);
}
