import { Composer, Markup } from 'telegraf';
import { anyOf, message } from 'telegraf/filters';
import type { BotContext } from '../context.js';
import { bestEffort } from '../best-effort.js';
import { hint } from '../hints.js';

/** Handles what no feature handled: answers old buttons, and gives a hint to private messages. */
export const unknown = new Composer<BotContext>();

unknown.on('callback_query', async (ctx) => {
  await bestEffort(ctx, ctx.answerCbQuery(ctx.t('unknown.button')));
});

/**
 * Removes a left-over keyboard: a user who shares their own number here pressed a button of a dialogue that no longer
 * exists, for example because its session was deleted.
 */
unknown.on(message('contact'), async (ctx, next) => {
  if (ctx.chat.type !== 'private' || ctx.message.contact.user_id !== ctx.from.id) return next();
  await ctx.reply(ctx.t('unknown.message'), Markup.removeKeyboard());
});

/** Messages with content. Pins, calls and other service messages get no answer. */
const content = anyOf(
  message('text'),
  message('sticker'),
  message('video_note'),
  message('contact'),
  message('location'),
  message('poll'),
  message('dice'),
);

unknown.on(content, async (ctx) => {
  if (ctx.chat?.type !== 'private' || ctx.session.hints === false) return;
  await hint(ctx, 'unknown.message');
});
