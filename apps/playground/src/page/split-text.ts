/** The characters of a message, in UTF-16 units: so no message is longer for Telegram, which counts characters. */
export const messageLength = 4096;

/**
 * Parts a text that is too long for one message, as Telegram's apps do on sending: behind a line break if there is one
 * in the second half of a part, else behind a space, else anywhere but inside a character.
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
