/** The field of an escaped value: `{"chatlane:json": "<the JSON as text>"}`. */
const ESCAPED = 'chatlane:json';

/**
 * Converts JSON to a form that `jsonb` accepts. `jsonb` rejects two things that JSON allows, the character U+0000 and
 * half of a surrogate pair (an emoji cut in two): such a session is escaped as a string in an object with one field. So
 * is text that is not JSON, and a session that itself has a field of that name, in any position, because `jsonb` sorts
 * the fields.
 */
export function jsonbOf(json: string | undefined): string | null {
  if (json === undefined) return null;
  const isRefused = /\\u(0000|d[89a-f])/i.test(json);
  return isRefused || needsEscape(json) ? JSON.stringify({ [ESCAPED]: json }) : json;
}

/** Returns the JSON that `jsonbOf` was given, except for the order of an object's fields. */
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
