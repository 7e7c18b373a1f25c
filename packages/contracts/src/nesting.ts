/** Genuine updates have fewer than 20 levels, and Telegram's own parser stops at 100. */
const MOST_LEVELS = 100;

/**
 * Whether JSON is nested more than 100 levels deep. Check text from the network before parsing it: JSON.parse takes
 * about a second for a million opening brackets, and the result overflows the stack of any function that walks it.
 */
export function isNestedTooDeeply(json: string): boolean {
  // Nearly all updates have fewer brackets than that in total, and a few native searches are enough to count them.
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
