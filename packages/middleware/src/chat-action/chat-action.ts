import type { Context, MiddlewareFn } from 'telegraf';
import { callProgress } from '../progress/call-progress.js';
import { createPacedUpdates } from '../progress/paced-updates.js';
import { threadOf } from '../progress/thread-of.js';
import type { TurnContext } from '../turn/turn.js';

/** Telegram shows an action for 5 s. */
const REPEAT_MS = 4_500;
/** Most handlers finish earlier and need no call. */
const FIRST_AFTER_MS = 500;

/** What is shown, such as `typing` or `upload_photo`. */
export type ChatAction = Parameters<Context['sendChatAction']>[0];

/**
 * Shows that the bot is busy ("typing") while the handlers behind this middleware run: after half a second, and then
 * every 4.5 s, in the place that the update came from. It never delays or fails a turn, makes no calls during a penalty
 * (429), and stops with the turn. Telegraf's `ctx.persistentChatAction` waits for its first call, fails the handler if
 * that fails, and keeps calling during a penalty, which prolongs it.
 *
 * @param action default `typing`
 * @example
 * bot.command('report', chatAction('upload_document'), async (ctx) => ctx.replyWithDocument(await makeReport()));
 */
export function chatAction<C extends TurnContext>(action: ChatAction = 'typing'): MiddlewareFn<C> {
  return async function chatActionMiddleware(ctx, next) {
    const { chat, turn } = ctx;
    if (chat === undefined) return next();
    const payload = { chat_id: chat.id, message_thread_id: threadOf(ctx), action };
    const updates = createPacedUpdates({
      turn,
      everyMs: REPEAT_MS,
      repeatAfterMs: REPEAT_MS,
      firstAfterMs: FIRST_AFTER_MS,
      async send(signal) {
        await callProgress(ctx, 'sendChatAction', payload, signal);
        return true;
      },
      onFailed: () => turn.count?.('progress-failed'),
    });
    updates.changed();
    try {
      await next();
    } finally {
      await updates.abort();
    }
  };
}
