import { privateOnly } from '@chatlane/middleware';
import { Composer, Markup } from 'telegraf';
import { z } from 'zod';
import type { BotContext } from '../../context.js';
import { bestEffort } from '../../best-effort.js';
import type { Parts } from '../../parts.js';

const CONFIRM_MS = 10 * 60_000;

/** /forget: deletes all files of the user after a confirmation. An event reports the end, see `results.ts`. */
export function createForget({ buttons }: Parts): Composer<BotContext> {
  const forget = new Composer<BotContext>();
  const confirm = buttons.action('forget', z.boolean());

  forget.command(
    'forget',
    privateOnly((ctx) => ctx.t('guard.privateOnly', { bot: ctx.me })),
    async (ctx) => {
      // Telegram's time of the message, so that a repeated turn makes the same buttons.
      const bounds = { expires: new Date(ctx.message.date * 1_000 + CONFIRM_MS) };
      const yes = confirm.button(ctx.t('files.forget'), true, bounds);
      const no = confirm.button(ctx.t('files.keep'), false, bounds);
      await ctx.reply(ctx.t('files.forgetAsked'), Markup.inlineKeyboard([[yes, no]]));
    },
  );

  forget.use(
    confirm.on(async (ctx, sure) => {
      if (sure) ctx.files.forget();
      await bestEffort(ctx, ctx.answerCbQuery());
      const text = ctx.t(sure ? 'files.forgetting' : 'files.kept');
      await bestEffort(ctx, ctx.editMessageText(text));
    }),
  );
  return forget;
}
