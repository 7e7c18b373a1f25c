import { Context, Telegram } from 'telegraf';
import { createI18n, type I18nContext } from './i18n.js';
import type { TranslationOf } from './text-types.js';

const en = {
  hello: 'Hello, {{name}}!',
  bye: 'Bye.',
  'files.found_one': 'one file',
  'files.found_other': '{{count}} files of {{owner}}',
} as const;

const de: TranslationOf<typeof en> = {
  hello: 'Hallo, {{name}}!',
  bye: 'Tschüs.',
  'files.found_one': 'eine Datei',
  'files.found_other': '{{count}} Dateien von {{owner}}',
};

interface TestContext extends Context, I18nContext<typeof en, 'en' | 'de'> {
  session?: { language?: string };
}

const i18n = createI18n({
  fallback: 'en',
  texts: { en, de },
  chosen: (ctx: TestContext) => ctx.session?.language,
});

const me = { id: 1, is_bot: true as const, first_name: 'Lane', username: 'lane_bot' };

async function contextOf(language_code?: string): Promise<TestContext> {
  const from = {
    id: 42,
    is_bot: false,
    first_name: 'Ann',
    ...(language_code && { language_code }),
  };
  const message = {
    message_id: 1,
    date: 1,
    chat: { id: 42, type: 'private', first_name: 'Ann' },
    from,
    text: 'hi',
  };
  const update = { update_id: 1, message } as never;
  const ctx = new Context(update, new Telegram('1:token'), me as never) as unknown as TestContext;
  await i18n.middleware<TestContext>()(ctx, () => Promise.resolve());
  return ctx;
}

describe('ctx.t', () => {
  it.each([
    ['de', 'Tschüs.'],
    ['de-AT', 'Tschüs.'],
    ['DE_ch', 'Tschüs.'],
    ['en', 'Bye.'],
    ['fr', 'Bye.'],
    ['', 'Bye.'],
    [undefined, 'Bye.'],
    ['constructor', 'Bye.'],
  ])("uses the language of the user's app: %s", async (code, text) => {
    expect((await contextOf(code)).t('bye')).toBe(text);
  });

  it('uses the language that the user chose, at once', async () => {
    const ctx = await contextOf('en');
    ctx.session = { language: 'de' };
    expect([ctx.language, ctx.t('bye')]).toEqual(['de', 'Tschüs.']);
    ctx.session.language = 'klingon';
    expect(ctx.language).toBe('en');
    delete ctx.session;
    expect(ctx.language).toBe('en');
  });

  it.each(['<b>&amp; "Ann"</b>', '{{name}}', '$t(bye)', '$& $1', 'en', '_*[`'])(
    'inserts a name unchanged: %s',
    async (name) => {
      expect((await contextOf()).t('hello', { name })).toBe(`Hello, ${name}!`);
    },
  );

  it('uses the plural form for a count', async () => {
    const ctx = await contextOf('de');
    expect(ctx.t('files.found', { count: 1, owner: 'Ann' })).toBe('eine Datei');
    expect(ctx.t('files.found', { count: 0, owner: 'Ann' })).toBe('0 Dateien von Ann');
    expect(i18n.t('en', 'files.found', { count: 2, owner: '' })).toBe('2 files of ');
  });

  it('compiles only with existing keys and all their placeholders', async () => {
    const { t } = await contextOf();
    // @ts-expect-error -- the key does not exist
    t('good day');
    // @ts-expect-error -- the name is missing
    t('hello');
    // @ts-expect-error -- a plural form is not a key
    t('files.found_one');
    // @ts-expect-error -- the count must be a number
    t('files.found', { count: '2', owner: 'Ann' });
    expect(t('bye')).toBe('Bye.');
  });
});

describe('the texts of a language', () => {
  it('compile only with exactly the keys of the fallback', () => {
    // @ts-expect-error -- `bye` and the plurals are missing
    const german: TranslationOf<typeof en> = { hello: 'Hallo, {{name}}!' };
    // @ts-expect-error -- the key does not exist
    const more: TranslationOf<typeof en> = { ...de, welcome: 'Willkommen' };
    expect([german, more]).toHaveLength(2);
  });

  it.each([
    ['a key', { ...de, bye: '' }, 'de: "bye" is missing'],
    ['a placeholder', { ...de, hello: 'Hallo!' }, 'de: "hello" does not have the placeholders'],
    ['a plural form', { ...de, 'files.found_one': '' }, 'de: "files.found_one" is missing'],
  ])('are refused if they lack %s', (_, german, fault) => {
    expect(() => createI18n({ fallback: 'en', texts: { en, de: german } })).toThrow(fault);
  });

  it('must have the plural forms of that language', () => {
    const pl = { ...de, 'files.found_few': '{{count}} pliki {{owner}}' };
    expect(() => createI18n({ fallback: 'en', texts: { en, pl } })).toThrow(
      'pl: "files.found_many" is missing',
    );
    const whole = { ...pl, 'files.found_many': '{{count}} plików {{owner}}' };
    const polish = createI18n({ fallback: 'en', texts: { en, pl: whole } });
    expect(polish.t('pl', 'files.found', { count: 3, owner: 'Ann' })).toBe('3 pliki Ann');
    expect(polish.t('pl', 'files.found', { count: 7, owner: 'Ann' })).toBe('7 plików Ann');
  });
});
