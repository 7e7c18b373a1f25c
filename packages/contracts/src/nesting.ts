/** A genuine update has fewer than 20 levels, and Telegram's own parser stops at 100. */
const MOST_LEVELS = 100;

/**
 * Whether JSON has lists and objects more than 100 levels deep inside one another. For text from the network before
 * it is parsed: a million opening brackets take JSON.parse about a second, and what they parse to overflows the stack of
 * the first function that walks it.
 */
export function isNestedTooDeeply(json: string): boolean {
  // Nearly all updates have fewer brackets than this in all: finding that out costs a few native searches.
  return hasMoreThan(MOST_LEVELS, json) && depthExceeds(MOST_LEVELS, json);
}

function hasMoreThan(most: number, json: string): boolean {
  let left = most;
  for (const bracket of '{[') {
    for (let at = json.indexOf(bracket); at >= 0; at = json.indexOf(bracket, at + 1)) {
      left -= 1;
      if (left < 0) return true;
    }
  }
  return false;
}

function depthExceeds(most: number, json: string): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (character === '"') at = endOfString(json, at);
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > most) return true;
  }
  return false;
}

function endOfString(json: string, quote: number): number {
  let at = quote + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at;
}
