import { Context, type Telegram } from 'telegraf';
import type { Update } from 'telegraf/types';
import { placeOf, withoutThread, type PlacedMessage } from './place.js';
import { reroute, type Destination } from './reroute.js';

/**
 * Makes a context answer where its update came from, for every kind of chat. `ctx.chat` and `ctx.from` are set for
 * kinds of updates that Telegraf does not know, and calls for the chat reach the business chat, the topic of a
 * channel's direct messages, the guest query or the single user that the update is about. Parameters that a call sets
 * itself are kept.
 */
export function answerInPlace(ctx: Context): void {
  const place = placeOf(ctx);
  if (!place) return;
  const { chat, from, message, route, callbackQueryId } = place;
  if (message) {
    if (!telegrafFindsMessage(ctx)) setMessage(ctx, message);
  } else {
    define(ctx, 'chat', chat);
    if (from) define(ctx, 'from', from);
  }
  routeCalls(ctx, {
    chatId: chat.id,
    // Telegraf itself adds the topic of a message.
    route: message ? withoutThread(route) : route,
    ephemeralMessageId: message?.ephemeral_message_id,
    callbackQueryId,
  });
}

/** Whether Telegraf finds a message in the update. `ctx.msg` would copy it. */
function telegrafFindsMessage(ctx: Context): boolean {
  const { message, editedMessage, callbackQuery, channelPost, editedChannelPost } = ctx;
  const found =
    message ?? editedMessage ?? callbackQuery?.message ?? channelPost ?? editedChannelPost;
  return Boolean(found);
}

/** Sets the message from which Telegraf derives chat, sender and topic. `ctx.message` stays undefined. */
export function setMessage(ctx: Context, message: PlacedMessage): void {
  const update = { update_id: ctx.update.update_id, message } as Update;
  const source = new Context(update, ctx.telegram, ctx.botInfo);
  define(ctx, 'msg', source.msg);
  define(ctx, 'msgId', source.msgId);
}

/** Routes the context's calls for the chat of `to` to the place in that chat. */
export function routeCalls(ctx: Context, to: Destination): void {
  if (Object.keys(to.route).length === 0) return;
  const { telegram } = ctx;
  const callApi = async (method: string, payload: object, ...options: unknown[]) => {
    const call = reroute({ method, payload: { ...payload } }, to);
    return telegram.callApi(call.method as never, call.payload as never, ...(options as []));
  };
  const routed = Object.create(telegram, { callApi: { value: callApi } }) as Telegram;
  define(ctx, 'telegram', routed);
}

function define(ctx: Context, name: keyof Context, value: unknown): void {
  Object.defineProperty(ctx, name, { value, configurable: true, writable: true });
}
