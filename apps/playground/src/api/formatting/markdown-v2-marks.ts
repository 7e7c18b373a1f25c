/** The entities of MarkdownV2, by the names that Telegram's errors give them, and their types in the Bot API. */
export const types = {
  Bold: 'bold',
  Italic: 'italic',
  Underline: 'underline',
  Strikethrough: 'strikethrough',
  Spoiler: 'spoiler',
  Code: 'code',
  Pre: 'pre',
  PreCode: 'pre',
  TextUrl: 'text_link',
  CustomEmoji: 'custom_emoji',
  BlockQuote: 'blockquote',
} as const;

export type MarkName = keyof typeof types;

/** Longer marks first: `__` is underline, `_` italic. */
const starts: readonly (readonly [mark: string, name: MarkName])[] = [
  ['__', 'Underline'],
  ['||', 'Spoiler'],
  ['![', 'CustomEmoji'],
  ['*', 'Bold'],
  ['_', 'Italic'],
  ['~', 'Strikethrough'],
  ['[', 'TextUrl'],
  ['`', 'Code'],
];
const ends: Readonly<Partial<Record<MarkName, string>>> = {
  Bold: '*',
  Underline: '__',
  Strikethrough: '~',
  Spoiler: '||',
  Code: '`',
  Pre: '```',
  PreCode: '```',
  TextUrl: ']',
  CustomEmoji: ']',
};

/** Inside of it nothing is a mark but its end. */
export function isVerbatim(name: MarkName): boolean {
  return name === 'Code' || name === 'Pre' || name === 'PreCode';
}

export function isEndOf(name: MarkName, source: string, at: number): boolean {
  if (name === 'Italic') return source[at] === '_' && source[at + 1] !== '_';
  const end = ends[name];
  return end !== undefined && source.startsWith(end, at);
}

/** The mark that begins here, its length, and the language of a code block; undefined: none does. */
export function startAt(
  source: string,
  at: number,
): { name: MarkName; length: number; language: string } | undefined {
  if (source.startsWith('```', at)) return codeBlockAt(source, at);
  const start = starts.find(([mark]) => source.startsWith(mark, at));
  return start && { name: start[1], length: start[0].length, language: '' };
}

/** The language ends at white space; one line break before the code is not part of it. */
function codeBlockAt(source: string, at: number) {
  const inside = source.slice(at + 3);
  const language = /^[^\s`]+(?=\s)/.exec(inside)?.[0] ?? '';
  const lineBreak = /^(\r\n|\n\r|\n|\r)/.exec(inside.slice(language.length))?.[0] ?? '';
  const name: MarkName = language === '' ? 'Pre' : 'PreCode';
  return { name, length: 3 + language.length + lineBreak.length, language };
}
