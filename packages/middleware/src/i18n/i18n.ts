import { createInstance } from 'i18next';
import type { Context, MiddlewareFn } from 'telegraf';
import { withoutDirectionChanges } from '../text/plain-name.js';
import { checkTexts } from './check-texts.js';
import type { TextKey, Texts, TextValues, Translate } from './text-types.js';

/** What the middleware adds to a context. */
export interface I18nContext<T, L extends string = string> {
  /** Says a text in the language of the user. */
  t: Translate<T>;
  /** The language the user is spoken to in. */
  readonly language: L;
}

export interface I18nOptions<
  Tables extends Readonly<Record<string, Texts>>,
  F extends keyof Tables,
  C extends Context,
> {
  /** The language of those who speak none of the bot's. */
  fallback: F;
  /** Each language's texts. The fallback's are the model: their keys and names are those of `t`. */
  texts: Tables;
  /**
   * The language a user has chosen; undefined: the one of their app (`language_code`). Asked at each text, so that a
   * choice counts at once, and so that there is no need of the session where it is not there yet.
   */
  chosen?: (ctx: C) => string | undefined;
}

export interface I18n<L extends string, T> {
  readonly languages: readonly L[];
  readonly fallback: L;
  /** Says a text in a given language. */
  t<K extends TextKey<T>>(language: L, key: K, ...values: TextValues<T, K>): string;
  /** The bot's language that fits a code as Telegram gives it ("de", "de-AT", "pt-br"); undefined: none does. */
  find(code: string | undefined): L | undefined;
  /** Gives `ctx.t` and `ctx.language`. Reads no session itself: it may stand first. */
  middleware<C extends Context & I18nContext<T, L>>(): MiddlewareFn<C>;
}

/**
 * Texts in several languages, on i18next: plurals by the rules of each language (`key_one`, `key_other` and
 * `count`), `{{name}}` filled in without characters that change the direction of what follows. Nothing is escaped:
 * Telegram shows plain text as it comes; escape where a parse mode is used. Keys are flat: a dot in a key is part of its name.
 *
 * @throws Error when a language lacks a text, or a plural form, or fills in other names
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
    // Ready when init returns: nothing has to be loaded.
    initAsync: false,
    showSupportNotice: false,
    lng: fallback,
    fallbackLng: fallback,
    resources: Object.fromEntries(resources) as Record<string, { translation: Texts }>,
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });

  function say(
    language: string,
    key: string,
    values: Record<string, string | number> = {},
  ): string {
    const { count } = values;
    return engine.t(key, {
      lng: language,
      // In `replace`, so that no name to fill in is taken for an option of i18next.
      replace: plain(values),
      ...(typeof count === 'number' && { count }),
      // A user's "$t(key)" stays what it is.
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
    t: (language, key, ...[values]) => say(language, key, values),
    middleware: () =>
      function i18nMiddleware(ctx, next) {
        const language = (): L =>
          find(chosen?.(ctx as unknown as C)) ?? find(ctx.from?.language_code) ?? fallback;
        Object.defineProperty(ctx, 'language', { get: language, configurable: true });
        ctx.t = (key, ...[values]) => say(language(), key, values);
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
