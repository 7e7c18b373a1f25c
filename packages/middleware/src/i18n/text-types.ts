/** The texts of one language: a flat table. `{{name}}` is filled in; `key_one` and `key_other` are one key with a count. */
export type Texts = Readonly<Record<string, string>>;

export type PluralCategory = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';

/** The keys that `t` takes: those of the table, and for plurals what stands before `_other`. */
export type TextKey<T> = Exclude<keyof T & string, `${string}_${PluralCategory}`> | PluralKey<T>;

type PluralKey<T> = keyof T & string extends infer K
  ? K extends `${infer Base}_other`
    ? Base
    : never
  : never;

type Holes<S extends string> = S extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | Holes<Rest>
  : never;

type TextOf<T, K extends string> = K extends keyof T
  ? T[K]
  : `${K}_other` extends infer Form extends keyof T
    ? T[Form]
    : never;

type Names<T, K extends string> =
  Holes<TextOf<T, K> & string> | (K extends PluralKey<T> ? 'count' : never);

type Filling<Name extends string> = {
  readonly [N in Name]: N extends 'count' ? number : string | number;
};

/** What must be given with a key: nothing, or a value for each `{{name}}` of its text. */
export type TextValues<T, K extends TextKey<T>> = [Names<T, K>] extends [never]
  ? []
  : [values: Filling<Names<T, K>>];

/**
 * The type of another language's table: every key of `T` and no other, but for the plural forms that only the
 * other language has.
 *
 * @example
 * export const de: TranslationOf<typeof en> = { hello: 'Hallo, {{name}}!' };
 */
export type TranslationOf<T> = { readonly [K in keyof T]: string } & {
  readonly [K in PluralKey<T> as `${K}_${Exclude<PluralCategory, 'one' | 'other'>}`]?: string;
};

/** Says the text of `key`, with the values its text asks for. */
export type Translate<T> = <K extends TextKey<T>>(key: K, ...values: TextValues<T, K>) => string;
