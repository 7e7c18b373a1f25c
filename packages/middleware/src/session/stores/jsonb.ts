/** The field of an escape: `{"chatlane:json": "<the JSON as text>"}`. */
const ESCAPED = 'chatlane:json';

/**
 * JSON as `jsonb` takes it. That refuses two things JSON allows, the character U+0000 and half of a surrogate pair (an emoji
 * cut in two): a session with one is kept as a string in an object of one field. So is text that is not JSON, and a session
 * that has a field of that name itself, wherever it stands: `jsonb` sorts the fields of an object.
 */
export function jsonbOf(json: string | undefined): string | null {
  if (json === undefined) return null;
  const isRefused = /\\u(0000|d[89a-f])/i.test(json);
  return isRefused || needsEscape(json) ? JSON.stringify({ [ESCAPED]: json }) : json;
}

/** The JSON that `jsonbOf` was given, but for the order of an object's fields. */
export function jsonOf(jsonb: string | null): string | undefined {
  if (jsonb === null) return undefined;
  if (!jsonb.includes(ESCAPED)) return jsonb;
  const value: unknown = JSON.parse(jsonb);
  if (!hasEscapeField(value) || Object.keys(value).length !== 1) return jsonb;
  const escaped = value[ESCAPED];
  return typeof escaped === 'string' ? escaped : jsonb;
}

function needsEscape(json: string): boolean {
  try {
    return hasEscapeField(JSON.parse(json));
  } catch {
    return true;
  }
}

function hasEscapeField(value: unknown): value is { [ESCAPED]: unknown } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, ESCAPED);
}
