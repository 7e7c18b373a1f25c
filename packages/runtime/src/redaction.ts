import { printable } from './printable.js';

const hiddenSecret = '[secret]';
const hiddenText = '[text]';
const debugLevel = 20;

// The colon is escaped when a token is part of a URL's query.
const tokens = /\d+(?::|%3[Aa])[A-Za-z0-9_-]{30,}/g;

// pino's own names for what it adds to a line.
const pinoKeys = new Set(['level', 'time', 'pid', 'hostname', 'name', 'msg']);

// Fields of updates, of Bot API calls and of sessions that carry what users wrote or who they are.
const personalKeys = new Set([
  ...['update', 'message', 'text', 'caption', 'data', 'query', 'payload', 'raw', 'body'],
  ...['session', 'entities', 'contact', 'vcard', 'order_info', 'location', 'poll'],
  ...['first_name', 'last_name', 'username', 'phone_number', 'email'],
  // What Redis refuses, ioredis hangs on the error: a script's arguments are updates, sessions and requests.
  'args',
]);

/** Hides whatever looks like a bot token. */
export function hideTokens(text: string): string {
  return text.replace(tokens, hiddenSecret);
}

/** Shorter secrets are part of many words: hiding each of their letters would spell them out. */
const shortestInText = 4;

/**
 * Hides bot tokens and the given secrets, also in the form they take inside a URL or a JSON string. A secret of fewer
 * than 4 characters is hidden where it is the whole text, or the password of a URL.
 */
export function createRedactor(secrets: readonly string[] = []): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, decoded(secret)])
    .flatMap((secret) => [
      ...[secret, encodeURIComponent(secret), encodeURI(secret)],
      JSON.stringify(secret).slice(1, -1),
    ]);
  // The longest first: a secret that is part of another one must not leave the rest of it standing.
  const unique = [...new Set(forms)].sort((a, b) => b.length - a.length);
  const hide = (text: string, secret: string): string =>
    secret.length < shortestInText
      ? text.replaceAll(`:${secret}@`, `:${hiddenSecret}@`)
      : text.replaceAll(secret, hiddenSecret);
  return (text) => (unique.includes(text) ? hiddenSecret : hideTokens(unique.reduce(hide, text)));
}

// A password taken from a URL is still percent-encoded.
function decoded(secret: string): string {
  try {
    return decodeURIComponent(secret);
  } catch {
    return secret;
  }
}

/**
 * Redacts a line of JSON as it leaves the logger, the one place that every string passes: bindings of child
 * loggers, messages, errors with their stacks. Works on the parsed line, so that it stays valid JSON whatever
 * the secrets are.
 */
export function createLineRedactor(redact: (text: string) => string): (line: string) => string {
  function clean(value: unknown, hideTexts: boolean): unknown {
    if (typeof value === 'string') return redact(value);
    if (Array.isArray(value)) return value.map((item) => clean(item, hideTexts));
    if (typeof value !== 'object' || value === null) return value;
    const fields = Object.entries(value).map(([key, field]): [string, unknown] => {
      const hidden = hideTexts && isPersonal(key, field, value);
      return [pinoKeys.has(key) ? key : redact(key), hidden ? hiddenText : clean(field, hideTexts)];
    });
    return Object.fromEntries(fields);
  }
  return (line) => {
    const record = JSON.parse(line) as { level: number };
    return `${printable(JSON.stringify(clean(record, record.level > debugLevel)))}\n`;
  };
}

function isPersonal(key: string, field: unknown, owner: object): boolean {
  if (!personalKeys.has(key) || (typeof field !== 'string' && typeof field !== 'object'))
    return false;
  // A serialised error keeps its message.
  return !(key === 'message' && 'stack' in owner && 'type' in owner);
}
