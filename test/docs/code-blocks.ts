/** A piece of code in a document or a docstring. */
export interface CodeBlock {
  /** The file it is in, relative to the repository's top. */
  path: string;
  /** The line of the file on which `code` begins. */
  line: number;
  code: string;
  language: 'ts' | 'js';
  /** An `@example` of a docstring, in which the exports of its own package need no import. */
  inDocstring: boolean;
}

/** The blocks of TypeScript and JavaScript in a page of Markdown. */
export function blocksOfPage(path: string, markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^ *```(ts|js)\b.*\n([^]*?)^ *```$/gm)].map((found) => ({
    path,
    line: lineAt(markdown, found.index) + 1,
    code: found[2]!,
    language: found[1] as 'ts' | 'js',
    inDocstring: false,
  }));
}

/** The `@example` blocks of a source file. */
export function blocksOfSource(path: string, source: string): CodeBlock[] {
  const examples = source.matchAll(/^ *\* @example\b(.*)\n((?: *\*(?!\/| *@).*\n)*)/gm);
  return [...examples].map((found) => ({
    path,
    line: lineAt(source, found.index),
    code: `${found[1]}\n${found[2]!.replace(/^ *\* ?/gm, '')}`,
    language: 'ts',
    inDocstring: true,
  }));
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
