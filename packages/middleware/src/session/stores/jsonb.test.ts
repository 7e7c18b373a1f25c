import { jsonbOf, jsonOf } from './jsonb.js';

/** What PostgreSQL gives back as text: the fields of an object sorted by their length, then by their bytes. */
function throughJsonb(jsonb: string): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== 'object' || value === null) return value;
    const fields = Object.entries(value).sort(
      ([a], [b]) => Buffer.byteLength(a) - Buffer.byteLength(b) || (a < b ? -1 : 1),
    );
    return Object.fromEntries(fields.map(([name, field]) => [name, sorted(field)]));
  };
  return JSON.stringify(sorted(JSON.parse(jsonb)));
}

const stored = (json: string): string | undefined => jsonOf(throughJsonb(jsonbOf(json)!));

describe('JSON kept as jsonb', () => {
  it.each([
    [{ 'a longer field': 1, 'chatlane:json': '{"balance":1000000}' }],
    [{ 'a longer field': 1, 'chatlane:json': 'not JSON' }],
    [{ x: 1, 'chatlane:json': '1' }],
    [{ 'chatlane:json': '1' }],
    [{ 'chatlane:json': { a: 1 } }],
    [{ 'chatlane:json': null, 'chatlane:jsonb': 2 }],
    [{ 'chatlane:json': '\u0000' }],
    [{ deep: [{ 'chatlane:json': '1' }] }],
    [['chatlane:json']],
    ['{"chatlane:json":"1"}'],
  ])('comes back as it was: %j', (session) => {
    expect(JSON.parse(stored(JSON.stringify(session))!)).toEqual(session);
  });

  it('is escaped only by an object whose one field is the escape, whatever older code has stored', () => {
    expect(jsonOf('{"chatlane:json": "\\"\\\\u0000\\""}')).toBe('"\\u0000"');
    for (const other of ['{"chatlane:json": "1", "a longer field": 2}', '{"chatlane:json": {}}'])
      expect(jsonOf(other)).toBe(other);
  });

  it('keeps text that is not JSON, and gives it back as that text', () => {
    for (const text of ['no JSON', '{"a":', '', '{"a":01}']) expect(stored(text)).toBe(text);
  });
});
