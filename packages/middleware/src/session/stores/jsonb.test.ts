import { jsonbOf, jsonOf } from './jsonb.js';

/** Simulates PostgreSQL, which sorts the fields of an object by length, then by bytes. */
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

describe('JSON stored as jsonb', () => {
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
  ])('is read back unchanged: %j', (session) => {
    expect(JSON.parse(stored(JSON.stringify(session))!)).toEqual(session);
  });

  it('counts as escaped only if the escape is the only field and holds a string', () => {
    expect(jsonOf('{"chatlane:json": "\\"\\\\u0000\\""}')).toBe('"\\u0000"');
    for (const other of ['{"chatlane:json": "1", "a longer field": 2}', '{"chatlane:json": {}}'])
      expect(jsonOf(other)).toBe(other);
  });

  it('may be text that is not JSON, which is read back unchanged', () => {
    for (const text of ['no JSON', '{"a":', '', '{"a":01}']) expect(stored(text)).toBe(text);
  });
});
