/** The maximum length of a message in UTF-16 units. Telegram counts characters, so this is never too long. */
export const messageLength = 4096;

/**
 * Splits a text that is too long for one message, as Telegram's apps do: after a line break in the second half of a
 * part if there is one, otherwise after a space, otherwise anywhere except inside a character.
 */
export function splitText(text: string, longest: number = messageLength): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > longest) {
    const end = cutIn(rest, longest);
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  if (rest) parts.push(rest);
  return parts;
}

function cutIn(text: string, longest: number): number {
  for (const separator of ['\n', ' ']) {
    const at = text.lastIndexOf(separator, longest);
    if (at >= longest / 2) return at;
  }
  const isPair = /[\uD800-\uDBFF]/.test(text.charAt(longest - 1));
  return isPair ? longest - 1 : longest;
}
