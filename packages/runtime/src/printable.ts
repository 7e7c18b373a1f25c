// Everything in Unicode's category "other": controls, format characters (bidi overrides and isolates, zero-width ones,
// tags), lone surrogates and unassigned code points; plus the separators that some terminals and editors treat as line
// breaks.
const unprintable = /[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/gu;

/**
 * Makes text safe to display: characters that control a terminal, or that hide or reorder others, become JSON escapes
 * such as `\u001b`. Newlines and tabs are kept. JSON remains JSON with the same value.
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
