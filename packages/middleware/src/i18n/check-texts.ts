import type { Texts } from './text-types.js';

const PLURAL = /_(zero|one|two|few|many|other)$/;

/**
 * Checks what the types cannot: that every language has each text, in each of its own plural forms, with the same
 * placeholders as the fallback language.
 *
 * @throws Error that lists every fault
 */
export function checkTexts(fallback: string, languages: Readonly<Record<string, Texts>>): void {
  const model = languages[fallback] ?? {};
  const faults = Object.entries(languages).flatMap(([language, texts]) =>
    faultsOf(language, texts, model),
  );
  if (faults.length > 0)
    throw new Error(`The texts of the languages differ:\n${faults.join('\n')}`);
}

function faultsOf(language: string, texts: Texts, model: Texts): string[] {
  const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const needed = new Map<string, string>();
  for (const [key, text] of Object.entries(model)) {
    const base = baseOf(key, model);
    if (base === undefined) needed.set(key, text);
    else for (const each of categories) needed.set(`${base}_${each}`, model[`${base}_other`] ?? '');
  }
  const missing = [...needed.keys()].filter((key) => !texts[key]);
  const others = [...needed].filter(([key, text]) => {
    const own = namesIn(texts[key] ?? text);
    const wanted = namesIn(text);
    // A plural form may leave out a placeholder that it writes in words: "one file".
    const all = baseOf(key, { ...model, ...texts }) !== undefined || own.length === wanted.length;
    return !all || !own.every((name) => wanted.includes(name));
  });
  return [
    ...missing.map((key) => `${language}: "${key}" is missing`),
    ...others.map(
      ([key]) => `${language}: "${key}" does not have the placeholders of the fallback`,
    ),
  ];
}

/** The key that a plural form belongs to. Undefined for a text without plural forms. */
function baseOf(key: string, model: Texts): string | undefined {
  const base = key.replace(PLURAL, '');
  return base !== key && `${base}_other` in model ? base : undefined;
}

function namesIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{([^}]*)\}\}/g)].map(([, name]) => name ?? ''))];
}
