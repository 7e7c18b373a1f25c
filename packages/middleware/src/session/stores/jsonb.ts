const ESCAPED = 'chatlane:json';

/**
 * JSON as `jsonb` takes it. That refuses two things JSON allows, the character U+0000 and half of a surrogate pair (an emoji
 * cut in two): a session with one is kept as a string in an object of one field.
 */
export function jsonbOf(json: string | undefined): string | null {
  if (json === undefined) return null;
  const refused = /\\u(0000|d[89a-f])/i.test(json);
  return refused || json.startsWith(`{"${ESCAPED}"`) ? JSON.stringify({ [ESCAPED]: json }) : json;
}

/** The JSON that `jsonbOf` was given, but for the order of an object's fields. */
export function jsonOf(jsonb: string | null): string | undefined {
  if (jsonb === null) return undefined;
  if (!jsonb.startsWith(`{"${ESCAPED}"`)) return jsonb;
  return (JSON.parse(jsonb) as Record<string, string>)[ESCAPED];
}
