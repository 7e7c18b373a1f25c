import { printable } from './printable.js';

const hiddenSecret = '[secret]';
const hiddenText = '[text]';
const debugLevel = 20;

// The colon is escaped when a token is part of a URL's query.
const tokens = /\d+(?::|%3[Aa])[A-Za-z0-9_-]{30,}/g;

// The keys that pino itself adds to a line.
const pinoKeys = new Set(['level', 'time', 'pid', 'hostname', 'name', 'msg']);

// Fields of updates, Bot API calls and sessions that contain what users wrote or who they are.
const personalKeys = new Set([
  ...['update', 'message', 'text', 'caption', 'data', 'query', 'payload', 'raw', 'body'],
  ...['session', 'entities', 'contact', 'vcard', 'order_info', 'location', 'poll'],
  ...['first_name', 'last_name', 'username', 'phone_number', 'email'],
  // ioredis attaches a failed command's arguments to the error: they can be updates, sessions or requests.
  'args',
]);

/** Redacts whatever looks like a bot token. */
export function hideTokens(text: string): string {
  return text.replace(tokens, hiddenSecret);
}

/** Shorter secrets are part of many words: redacting every occurrence would reveal them. */
const shortestInText = 4;

/**
 * Redacts bot tokens and the given secrets, including their forms inside a URL or a JSON string. A secret of fewer than
 * 4 characters is redacted only where it is the whole text, or the password of a URL.
 */
export function createRedactor(secrets: readonly string[] = []): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, decoded(secret)])
    .flatMap((secret) => [
      ...[secret, encodeURIComponent(secret), encodeURI(secret)],
      JSON.stringify(secret).slice(1, -1),
    ]);
  // Longest first: otherwise a secret inside another one would leave the rest of it visible.
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
 * Redacts a JSON line as it leaves the logger, the one place that every string passes: child bindings, messages, errors
 * and stacks. It works on the parsed line, so that the result is valid JSON whatever the secrets are.
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
  // A serialized error keeps its message.
  return !(key === 'message' && 'stack' in owner && 'type' in owner);
}
