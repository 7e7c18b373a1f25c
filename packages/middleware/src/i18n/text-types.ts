/**
 * The texts of one language by key. `{{name}}` is a placeholder; `key_one` and `key_other` are plural forms of `key`.
 */
export type Texts = Readonly<Record<string, string>>;

/** The suffixes of plural forms, as in `Intl.PluralRules`. */
export type PluralCategory = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';

/** The keys that `t` accepts: those of the table, and for plurals the part before `_other`. */
export type TextKey<T> = Exclude<keyof T & string, `${string}_${PluralCategory}`> | PluralKey<T>;

type PluralKey<T> = keyof T & string extends infer K
  ? K extends `${infer Base}_other`
    ? Base
    : never
  : never;

type Placeholders<S extends string> = S extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

type TextOf<T, K extends string> = K extends keyof T
  ? T[K]
  : `${K}_other` extends infer Form extends keyof T
    ? T[Form]
    : never;

type Names<T, K extends string> =
  Placeholders<TextOf<T, K> & string> | (K extends PluralKey<T> ? 'count' : never);

type PlaceholderValues<Name extends string> = {
  readonly [N in Name]: N extends 'count' ? number : string | number;
};

/** The arguments that `t` needs for a key: none, or a value for each `{{name}}` of its text. */
export type TextValues<T, K extends TextKey<T>> = [Names<T, K>] extends [never]
  ? []
  : [values: PlaceholderValues<Names<T, K>>];

/**
 * The type of another language's table: exactly the keys of `T`, plus plural forms that only the other language has.
 *
 * @example
 * const en = { hello: 'Hello, {{name}}!' } as const;
 * export const de: TranslationOf<typeof en> = { hello: 'Hallo, {{name}}!' };
 */
export type TranslationOf<T> = { readonly [K in keyof T]: string } & {
  readonly [K in PluralKey<T> as `${K}_${Exclude<PluralCategory, 'one' | 'other'>}`]?: string;
};

/** Returns the text of `key`, filled in with `values`. */
export type Translate<T> = <K extends TextKey<T>>(key: K, ...values: TextValues<T, K>) => string;
