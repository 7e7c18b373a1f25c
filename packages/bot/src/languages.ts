import { i18n, languageNames } from './i18n.js';

type Language = (typeof i18n.languages)[number];

/** Flags that people send for a language. Those of countries with several languages are left out. */
const flags: Readonly<Record<string, Language>> = {
  '🇬🇧': 'en',
  '🇺🇸': 'en',
  '🇦🇺': 'en',
  '🇩🇪': 'de',
  '🇦🇹': 'de',
};

/** Languages by name in lower case, and by flag: "english", "englisch", "deutsch", "german", "🇩🇪". */
const byName = new Map<string, Language>([
  ...Object.entries(flags),
  ...languageNames.map(([language, name]) => [name.toLowerCase(), language] as const),
  ...i18n.languages.flatMap((spoken) =>
    i18n.languages.map((language) => {
      const name = new Intl.DisplayNames(spoken, { type: 'language' }).of(language) ?? language;
      return [name.toLowerCase(), language] as const;
    }),
  ),
]);

/** Finds a language by its name in any of the bot's languages, in any case, or by a flag. */
export function languageByName(words: string): Language | undefined {
  return byName.get(words.trim().toLowerCase());
}

/** Like `languageByName`, but also accepts a code such as `de` or `en-GB`. */
export function parseLanguage(words: string): Language | undefined {
  return languageByName(words) ?? i18n.find(words.trim());
}
