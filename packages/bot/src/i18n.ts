import { createI18n } from '@chatlane/middleware';
import type { Context } from 'telegraf';
import type { BotSession } from './sessions.js';
import { de } from './texts/de.js';
import { en } from './texts/en.js';

/** The bot's texts: in the language that the user chose, or that of their app, or English. */
export const i18n = createI18n({
  fallback: 'en',
  texts: { en, de },
  chosen: (ctx: Context & { session?: BotSession }) => ctx.session?.language,
});

/** Each language with its own name for itself. */
export const languageNames = i18n.languages.map(
  (language) => [language, i18n.t(language, 'language.name')] as const,
);
