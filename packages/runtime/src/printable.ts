// Everything that Unicode calls "other": controls, format characters (bidi overrides and isolates, zero-width ones, tags),
// lone surrogates, and what is not assigned; and the separators that some terminals and editors take for a line break.
const unprintable = /[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/gu;

/**
 * Makes text safe to show: characters that a terminal obeys, or that hide or reorder others, become their JSON escapes,
 * as `\u001b`. Newlines and tabs stay. JSON stays JSON, and parses to the same.
 */
export function printable(text: string): string {
  return text.replace(unprintable, (character) =>
    Array.from({ length: character.length }, (_, index) =>
      escape(character.charCodeAt(index)),
    ).join(''),
  );
}

function escape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
