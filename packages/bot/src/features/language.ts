import { Composer, Markup } from 'telegraf';
import { z } from 'zod';
import type { BotContext } from '../context.js';
import { courtesy } from '../courtesy.js';
import { i18n, languageNames } from '../i18n.js';
import type { Parts } from '../parts.js';

const APP = 'app';
const choice = z.enum([...i18n.languages, APP]);

/** /language: another language than that of the user's app, or that one again. Kept in the session. */
export function createLanguage({ buttons }: Parts): Composer<BotContext> {
  const language = new Composer<BotContext>();
  const choose = buttons.action('language', choice);

  function set(ctx: BotContext, chosen: z.infer<typeof choice>): void {
    if (chosen === APP) delete ctx.session.language;
    else ctx.session.language = chosen;
  }

  language.command('language', async (ctx) => {
    const wanted = ctx.payload.trim();
    if (wanted !== '') {
      const found = wanted === APP ? APP : i18n.find(wanted);
      if (found === undefined) {
        const languages = i18n.languages.join(', ');
        await ctx.reply(ctx.t('language.unknown', { languages }));
        return;
      }
      set(ctx, found);
      await ctx.reply(ctx.t('language.chosen'));
      return;
    }
    const bounds = { user: ctx.from.id };
    const rows = languageNames.map(([code, name]) => [choose.button(name, code, bounds)]);
    const app = [choose.button(ctx.t('language.app'), APP, bounds)];
    await ctx.reply(
      ctx.t('language.choose', { language: ctx.t('language.name') }),
      Markup.inlineKeyboard([...rows, app]),
    );
  });

  language.use(
    choose.on(async (ctx, chosen) => {
      set(ctx, chosen);
      await courtesy(ctx, ctx.answerCbQuery());
      await courtesy(ctx, ctx.editMessageText(ctx.t('language.chosen')));
    }),
  );
  return language;
}
