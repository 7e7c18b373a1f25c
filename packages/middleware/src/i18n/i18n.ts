import { createInstance } from 'i18next';
import type { Context, MiddlewareFn } from 'telegraf';
import { withoutDirectionChanges } from '../text/plain-name.js';
import { checkTexts } from './check-texts.js';
import type { TextKey, Texts, TextValues, Translate } from './text-types.js';

/** What the i18n middleware adds to a context. */
export interface I18nContext<T, L extends string = string> {
  /** Returns a text in the user's language. */
  t: Translate<T>;
  /** The user's language: the one they chose, or that of their app, or the fallback. */
  readonly language: L;
}

/** Options of `createI18n`. */
export interface I18nOptions<
  Tables extends Readonly<Record<string, Texts>>,
  F extends keyof Tables,
  C extends Context,
> {
  /** The language for users whose language the bot does not have. */
  fallback: F;
  /** The texts of each language. Those of the fallback define the keys and placeholders of `t`. */
  texts: Tables;
  /**
   * Returns the language that the user chose, or undefined for that of their app (`language_code`). Called for each
   * text, so that a choice takes effect at once, and so that the middleware can run before the session is loaded.
   */
  chosen?: (ctx: C) => string | undefined;
}

/** The texts of a bot, from `createI18n`. */
export interface I18n<L extends string, T> {
  /** The codes of all languages. */
  readonly languages: readonly L[];
  /** The language for users whose language the bot does not have. */
  readonly fallback: L;
  /** Returns a text in a given language. */
  t<K extends TextKey<T>>(language: L, key: K, ...values: TextValues<T, K>): string;
  /** The bot's language for a code from Telegram ("de", "de-AT", "pt-br"), or undefined if it has none. */
  find(code: string | undefined): L | undefined;
  /** Adds `ctx.t` and `ctx.language`. It does not read the session itself, so it may run first. */
  middleware<C extends Context & I18nContext<T, L>>(): MiddlewareFn<C>;
}

/**
 * Texts in several languages, on top of i18next. Plurals follow the rules of each language (`key_one`, `key_other` and
 * `count`). Values for `{{name}}` lose characters that change the direction of the following text. Nothing is escaped,
 * because Telegram shows plain text unchanged: escape values where you use a parse mode. Keys are flat, and a dot is
 * part of the key.
 *
 * @throws Error when a language lacks a text or a plural form, or has other placeholders than the fallback
 * @example
 * const i18n = createI18n({ fallback: 'en', texts: { en, de }, chosen: (ctx: BotContext) => ctx.session?.language });
 * bot.use(i18n.middleware());
 * bot.start((ctx) => ctx.reply(ctx.t('hello', { name: ctx.from.first_name })));
 */
export function createI18n<
  const Tables extends Readonly<Record<string, Texts>>,
  F extends keyof Tables & string,
  C extends Context = Context,
>(options: I18nOptions<Tables, F, C>): I18n<keyof Tables & string, Tables[F]> {
  type L = keyof Tables & string;
  const { fallback, texts, chosen } = options;
  checkTexts(fallback, texts);
  const languages = Object.keys(texts) as L[];
  const resources = Object.entries<Texts>(texts).map(([language, table]) => [
    language,
    { translation: table },
  ]);
  const engine = createInstance();
  void engine.init({
    // Ready when `init` returns, because nothing has to be loaded.
    initAsync: false,
    showSupportNotice: false,
    lng: fallback,
    fallbackLng: fallback,
    resources: Object.fromEntries(resources) as Record<string, { translation: Texts }>,
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });

  function translate(
    language: string,
    key: string,
    values: Record<string, string | number> = {},
  ): string {
    const { count } = values;
    return engine.t(key, {
      lng: language,
      // In `replace`, so that i18next does not mistake a placeholder for one of its options.
      replace: plain(values),
      ...(typeof count === 'number' && { count }),
      // Do not resolve a "$t(key)" in a user's text.
      nest: false,
    });
  }

  function find(code: string | undefined): L | undefined {
    const wanted = code?.toLowerCase();
    const base = wanted?.split(/[-_]/)[0];
    const named = (name: string | undefined) =>
      languages.find((each) => each.toLowerCase() === name);
    return named(wanted) ?? named(base);
  }

  return {
    languages,
    fallback,
    find,
    t: (language, key, ...[values]) => translate(language, key, values),
    middleware: () =>
      function i18nMiddleware(ctx, next) {
        const language = (): L =>
          find(chosen?.(ctx as unknown as C)) ?? find(ctx.from?.language_code) ?? fallback;
        Object.defineProperty(ctx, 'language', { get: language, configurable: true });
        ctx.t = (key, ...[values]) => translate(language(), key, values);
        return next();
      },
  };
}

function plain(values: Record<string, string | number>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? withoutDirectionChanges(value) : value,
    ]),
  );
}
