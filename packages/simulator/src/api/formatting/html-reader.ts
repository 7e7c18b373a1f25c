import { byteOffset, entityFault } from './fault.js';

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
/** Returned past the end of the source. It ends names, as white space does. */
const end = '\0';

export function charAt(source: string, at: number): string {
  return source[at] ?? end;
}

export function isSpace(char: string): boolean {
  return ' \t\r\n\v\0'.includes(char);
}

/**
 * Decodes a character reference such as `&lt;` or `&#60;` at `at`. Undefined when there is none. `end` is the next
 * index.
 */
export function decodedAt(source: string, at: number): { char: string; end: number } | undefined {
  const match = /^&(?:#x([0-9a-fA-F]*)|#(\d*)|([a-zA-Z]*))/.exec(source.slice(at, at + 32));
  if (!match) return undefined;
  const [whole, hex, decimal, name] = match;
  const next = at + whole.length;
  const behind = source[next] === ';' ? next + 1 : next;
  if (name !== undefined) {
    const char = named[name];
    return char === undefined ? undefined : { char, end: behind };
  }
  const code = hex === undefined ? Number(decimal || 0) : parseInt(hex || '0', 16);
  if (code === 0 || code >= 0x10_ffff || whole.length >= 10) return undefined;
  return { char: String.fromCodePoint(code), end: behind };
}

/**
 * Reads a tag's attributes up to its `>`. Unquoted values may contain letters, digits, periods and hyphens.
 *
 * @throws ApiError
 */
export function readAttributes(
  source: string,
  from: number,
  { tag, start }: { tag: string; start: number },
): { attributes: ReadonlyMap<string, string>; end: number } {
  const attributes = new Map<string, string>();
  let at = from;
  const fault = (what: string, index = start) =>
    entityFault(`${what} at byte offset ${byteOffset(source, index)}`);

  function skipSpace(): void {
    while (at < source.length && isSpace(charAt(source, at))) at += 1;
  }

  function readBare(): string {
    const begin = at;
    while (/^[A-Za-z0-9.-]$/.test(charAt(source, at))) at += 1;
    if (!isSpace(charAt(source, at)) && source[at] !== '>') {
      throw fault('Unexpected end of name token', begin);
    }
    return source.slice(begin, at).toLowerCase();
  }

  function readQuoted(quote: string): string {
    let value = '';
    at += 1;
    while (at < source.length && source[at] !== quote) {
      const decoded = source[at] === '&' ? decodedAt(source, at) : undefined;
      value += decoded ? decoded.char : source[at];
      at = decoded ? decoded.end : at + 1;
    }
    at += 1;
    return value;
  }

  for (;;) {
    skipSpace();
    if (source[at] === '>') return { attributes, end: at };
    const begin = at;
    while (!isSpace(charAt(source, at)) && !'=>/"\''.includes(charAt(source, at))) at += 1;
    const name = source.slice(begin, at);
    if (name === '') throw fault(`Empty attribute name in the tag "${tag}"`);
    skipSpace();
    const hasValue = source[at] === '=';
    if (hasValue) {
      at += 1;
      skipSpace();
    }
    if (at >= source.length) throw fault(`Unclosed start tag "${tag}"`);
    if (!hasValue) {
      attributes.set(name, '');
      continue;
    }
    const quote = charAt(source, at);
    attributes.set(name, quote === '"' || quote === "'" ? readQuoted(quote) : readBare());
    if (at >= source.length) throw fault('Unclosed start tag');
  }
}
