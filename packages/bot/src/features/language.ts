import { askAgain } from '@chatlane/middleware';
import { Composer, Markup } from 'telegraf';
import { message } from 'telegraf/filters';
import { z } from 'zod';
import type { BotContext } from '../context.js';
import { bestEffort } from '../best-effort.js';
import { i18n, languageNames } from '../i18n.js';
import { parseLanguage, languageByName } from '../languages.js';
import type { Parts } from '../parts.js';

const APP = 'app';
const choice = z.enum([...i18n.languages, APP]);

/**
 * Stores the language in the session, or removes it so that the language of the user's app applies. Repeats the current
 * question if the language has changed.
 */
export async function chooseLanguage(
  ctx: BotContext,
  chosen: z.infer<typeof choice>,
  confirm: () => Promise<unknown>,
): Promise<void> {
  const before = ctx.language;
  if (chosen === APP) delete ctx.session.language;
  else ctx.session.language = chosen;
  await confirm();
  if (ctx.language !== before) await askAgain(ctx);
}

/** /language: lets the user choose a language, or the one of their app. */
export function createLanguage({ buttons }: Parts): Composer<BotContext> {
  const language = new Composer<BotContext>();
  const choose = buttons.action('language', choice);

  async function offer(ctx: BotContext, text: string): Promise<void> {
    const bounds = ctx.from && { user: ctx.from.id };
    const rows = languageNames.map(([code, name]) => [choose.button(name, code, bounds)]);
    const app = [choose.button(ctx.t('language.app'), APP, bounds)];
    await ctx.reply(text, Markup.inlineKeyboard([...rows, app]));
  }

  language.command('language', async (ctx) => {
    const wanted = ctx.payload.trim();
    if (wanted === '') {
      return offer(ctx, ctx.t('language.choose', { language: ctx.t('language.name') }));
    }
    const found = wanted.toLowerCase() === APP ? APP : parseLanguage(wanted);
    if (found !== undefined) {
      return chooseLanguage(ctx, found, () => ctx.reply(ctx.t('language.chosen')));
    }
    const languages = languageNames.map(([, name]) => name).join(', ');
    await offer(ctx, ctx.t('language.unknown', { languages }));
  });

  language.use(
    choose.on((ctx, chosen) =>
      chooseLanguage(ctx, chosen, async () => {
        await bestEffort(ctx, ctx.answerCbQuery());
        await bestEffort(ctx, ctx.editMessageText(ctx.t('language.chosen')));
      }),
    ),
  );
  return language;
}

/** Chooses a language if a private message outside of dialogues is just its name or flag. */
export const languageByMessage = new Composer<BotContext>();

languageByMessage.on(message('text'), (ctx, next) => {
  const found = ctx.chat.type === 'private' ? languageByName(ctx.message.text) : undefined;
  if (found === undefined) return next();
  return chooseLanguage(ctx, found, () => ctx.reply(ctx.t('language.chosen')));
});
