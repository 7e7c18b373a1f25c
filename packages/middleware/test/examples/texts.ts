import {
  createI18n,
  errorBoundary,
  plainName,
  safeHtml,
  session,
  splitText,
  type I18nContext,
  type TranslationOf,
  type TurnContext,
} from '@chatlane/middleware';
import { Composer } from 'telegraf';
import { bold, fmt } from 'telegraf/format';

interface BotContext extends TurnContext, I18nContext<typeof en, 'en' | 'de'> {
  session: { language?: string };
}

export const bot = new Composer<BotContext>();

const en = {
  hello: 'Hello, {{name}}!',
  files_one: 'one file',
  files_other: '{{count}} files',
  sorry: 'Sorry, that went wrong.',
} as const;
const de: TranslationOf<typeof en> = {
  hello: 'Hallo, {{name}}!',
  files_one: 'eine Datei',
  files_other: '{{count}} Dateien',
  sorry: 'Das ging leider schief.',
};
const i18n = createI18n({
  fallback: 'en',
  texts: { en, de },
  chosen: (ctx: BotContext) => ctx.session?.language,
});

bot.use(i18n.middleware(), errorBoundary({ text: (ctx) => ctx.t('sorry') }), session());
bot.start((ctx) => ctx.reply(ctx.t('hello', { name: ctx.from.first_name })));
bot.command('files', (ctx) => ctx.reply(ctx.t('files', { count: Number(ctx.payload) })));
bot.command('fail', () => Promise.reject(new Error('as asked')));

const story = 'It was a dark and stormy night. '.repeat(200);
bot.on('message', async (ctx) => {
  const name = ctx.from.first_name;
  await ctx.reply(fmt`Hello, ${bold(plainName(name))}!`); // Telegraf's: entities, nothing to escape
  await ctx.replyWithHTML(safeHtml`<b>${name}</b>`.text); // escapes what is put in; also safeMarkdownV2
  for (const piece of splitText(story)) await ctx.reply(piece); // 4096 each, at the ends of lines or words
});
