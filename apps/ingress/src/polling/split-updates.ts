const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Splits the body of a `getUpdates` response, `{"ok":true,"result":[...]}`, into the bytes of its updates, so that
 * polling stores exactly what a webhook would: parsing and serializing again would change bytes that are not UTF-8. The
 * updates are not parsed, and need not be valid JSON.
 *
 * @returns undefined when there is no such list, or it is incomplete
 */
export function splitUpdates(body: Buffer): Buffer[] | undefined {
  const updates: Buffer[] = [];
  let depth = 0;
  let name = '';
  let start: number | undefined;

  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (byte === QUOTE) {
      const end = endOfString(body, at);
      if (depth === 1) name = body.toString('latin1', at + 1, end);
      at = end;
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth += 1;
      if (depth === 2 && byte === OPEN_LIST && name === 'result') start = at + 1;
    } else if (depth === 2 && start !== undefined && (byte === COMMA || byte === CLOSE_LIST)) {
      const update = body.subarray(start, at);
      if (update.toString('latin1').trim() !== '') updates.push(update);
      if (byte === CLOSE_LIST) return updates;
      start = at + 1;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      depth -= 1;
    }
  }
  return undefined;
}

function endOfString(body: Buffer, quote: number): number {
  let at = quote + 1;
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at;
}
