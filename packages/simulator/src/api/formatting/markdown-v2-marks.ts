/** The entities of MarkdownV2: their names in Telegram's errors, and their types in the Bot API. */
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

/** Whether everything up to the closing mark is literal text. */
export function isVerbatim(name: MarkName): boolean {
  return name === 'Code' || name === 'Pre' || name === 'PreCode';
}

export function isEndOf(name: MarkName, source: string, at: number): boolean {
  if (name === 'Italic') return source[at] === '_' && source[at + 1] !== '_';
  const end = ends[name];
  return end !== undefined && source.startsWith(end, at);
}

/** The mark that starts at `at`, its length, and the language of a code block. Undefined when there is none. */
export function startAt(
  source: string,
  at: number,
): { name: MarkName; length: number; language: string } | undefined {
  if (source.startsWith('```', at)) return codeBlockAt(source, at);
  const start = starts.find(([mark]) => source.startsWith(mark, at));
  return start && { name: start[1], length: start[0].length, language: '' };
}

/** The language ends at white space; one line break after it is not part of the code. */
function codeBlockAt(source: string, at: number) {
  const inside = source.slice(at + 3);
  const language = /^[^\s`]+(?=\s)/.exec(inside)?.[0] ?? '';
  const lineBreak = /^(\r\n|\n\r|\n|\r)/.exec(inside.slice(language.length))?.[0] ?? '';
  const name: MarkName = language === '' ? 'Pre' : 'PreCode';
  return { name, length: 3 + language.length + lineBreak.length, language };
}
