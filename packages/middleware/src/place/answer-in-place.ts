import { Context, type Telegram } from 'telegraf';
import type { Update } from 'telegraf/types';
import { placeOf, withoutThread, type PlacedMessage } from './place.js';
import { reroute, type Destination } from './reroute.js';

/**
 * Has a context answer where its update came from, for every kind of chat: `ctx.chat` and `ctx.from` are those of kinds
 * that Telegraf does not know, too, and calls for this chat reach the business chat, the topic of a channel's direct
 * messages, the guest query or the one user that the update is about. A parameter that a call names itself stays.
 */
export function answerInPlace(ctx: Context): void {
  const place = placeOf(ctx);
  if (!place) return;
  const { chat, from, message, route, callbackQueryId } = place;
  if (message) {
    if (!knowsMessage(ctx)) hasMessage(ctx, message);
  } else {
    define(ctx, 'chat', chat);
    if (from) define(ctx, 'from', from);
  }
  callsReach(ctx, {
    chatId: chat.id,
    // Telegraf itself goes on in the topic of a message.
    route: message ? withoutThread(route) : route,
    ephemeralMessageId: message?.ephemeral_message_id,
    callbackQueryId,
  });
}

/** Whether Telegraf finds a message in the update. `ctx.msg` would copy it. */
function knowsMessage(ctx: Context): boolean {
  const { message, editedMessage, callbackQuery, channelPost, editedChannelPost } = ctx;
  const found =
    message ?? editedMessage ?? callbackQuery?.message ?? channelPost ?? editedChannelPost;
  return Boolean(found);
}

/** Gives a context the message that Telegraf reads chat, sender and topic from; `ctx.message` stays undefined. */
export function hasMessage(ctx: Context, message: PlacedMessage): void {
  const update = { update_id: ctx.update.update_id, message } as Update;
  const asked = new Context(update, ctx.telegram, ctx.botInfo);
  define(ctx, 'msg', asked.msg);
  define(ctx, 'msgId', asked.msgId);
}

/** Has the calls of a context for the chat of `to` reach the place in it. */
export function callsReach(ctx: Context, to: Destination): void {
  if (Object.keys(to.route).length === 0) return;
  const { telegram } = ctx;
  const callApi = async (method: string, payload: object, ...options: unknown[]) => {
    const call = reroute({ method, payload: { ...payload } }, to);
    return telegram.callApi(call.method as never, call.payload as never, ...(options as []));
  };
  const led = Object.create(telegram, { callApi: { value: callApi } }) as Telegram;
  define(ctx, 'telegram', led);
}

function define(ctx: Context, name: keyof Context, value: unknown): void {
  Object.defineProperty(ctx, name, { value, configurable: true, writable: true });
}
