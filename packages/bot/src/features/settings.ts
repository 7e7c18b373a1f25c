import { privateOnly } from '@chatlane/middleware';
import { Composer, Markup } from 'telegraf';
import { z } from 'zod';
import type { BotContext } from '../context.js';
import { bestEffort } from '../best-effort.js';
import { i18n, languageNames } from '../i18n.js';
import type { Parts } from '../parts.js';
import { chooseLanguage } from './language.js';

type Menu = 'main' | 'language';

/** /settings: a menu in one message, which each press edits. Changes are saved at once. */
export function createSettings({ buttons }: Parts): Composer<BotContext> {
  const settings = new Composer<BotContext>();
  const open = buttons.action('menu', z.enum(['main', 'language', 'closed']));
  const setHints = buttons.action('hints', z.boolean());
  const setLanguage = buttons.action('lang', z.enum(i18n.languages));

  function keyboardOf(menu: Menu, ctx: BotContext) {
    const { hints = true } = ctx.session;
    if (menu === 'language') {
      const rows = languageNames.map(([code, name]) => [
        setLanguage.button(code === ctx.language ? `• ${name}` : name, code),
      ]);
      return Markup.inlineKeyboard([...rows, [open.button(ctx.t('settings.back'), 'main')]]);
    }
    const language = ctx.t('settings.language', { language: ctx.t('language.name') });
    const hintsNow = ctx.t(hints ? 'settings.hintsOn' : 'settings.hintsOff');
    return Markup.inlineKeyboard([
      [open.button(language, 'language')],
      [setHints.button(hintsNow, !hints)],
      [open.button(ctx.t('settings.close'), 'closed')],
    ]);
  }

  async function show(ctx: BotContext, menu: Menu): Promise<void> {
    await bestEffort(ctx, ctx.answerCbQuery());
    // In a repeated turn the message already has this content, and Telegram refuses an edit that changes nothing.
    await bestEffort(ctx, ctx.editMessageText(ctx.t('settings.title'), keyboardOf(menu, ctx)));
  }

  settings.command(
    'settings',
    privateOnly((ctx) => ctx.t('guard.privateOnly', { bot: ctx.me })),
    async (ctx) => {
      await ctx.reply(ctx.t('settings.title'), keyboardOf('main', ctx));
    },
  );

  settings.use(
    open.on(async (ctx, menu) => {
      if (menu !== 'closed') return show(ctx, menu);
      await bestEffort(ctx, ctx.answerCbQuery());
      await bestEffort(ctx, ctx.editMessageText(ctx.t('settings.closed')));
    }),
    setHints.on(async (ctx, hints) => {
      ctx.session.hints = hints;
      await show(ctx, 'main');
    }),
    setLanguage.on((ctx, language) => chooseLanguage(ctx, language, () => show(ctx, 'main'))),
  );
  return settings;
}
