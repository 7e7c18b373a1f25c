import { i18n, languageNames } from './i18n.js';

type Language = (typeof i18n.languages)[number];

/** Flags that people send for a language. A country with several languages has none here. */
const flags: Readonly<Record<string, Language>> = {
  '🇬🇧': 'en',
  '🇺🇸': 'en',
  '🇦🇺': 'en',
  '🇩🇪': 'de',
  '🇦🇹': 'de',
};

/** Names and flags, in lower case: "english", "englisch", "deutsch", "german", "🇩🇪". */
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

/** The language that somebody names in words or by a flag, in any of the bot's languages and in any case. */
export function languageNamed(words: string): Language | undefined {
  return byName.get(words.trim().toLowerCase());
}

/** The same, or a code such as `de` or `en-GB`. */
export function languageCalled(words: string): Language | undefined {
  return languageNamed(words) ?? i18n.find(words.trim());
}
