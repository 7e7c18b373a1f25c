import { isDeepStrictEqual } from 'node:util';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describeJsonFault, jsonFault } from './index.js';

/** The error message for a value. */
function complaint(value: unknown, readBack?: unknown): string | undefined {
  const fault = jsonFault(value, readBack === undefined ? undefined : () => readBack);
  return fault && describeJsonFault('session', fault);
}

class Point {
  constructor(readonly x: number) {}
}
class Stack extends Array<number> {}
class Money {
  constructor(readonly cents: number) {}
  toJSON(): number {
    return this.cents;
  }
}
const loop: { self?: object } = {};
loop.self = loop;
let deep: unknown = 1;
for (let level = 0; level < 100_000; level += 1) deep = [deep];

describe('jsonFault', () => {
  it.each([
    [NaN, 'NaN', 'a finite number, or null'],
    [-Infinity, '-Infinity', 'a finite number, or null'],
    [() => 1, 'a function', 'the data that the function needs'],
    [Symbol('secret'), 'a symbol', 'a string'],
    [1n, 'a bigint', 'its text, String(value), and read that with BigInt(text)'],
    [new Date(0), 'a Date', 'its time, getTime() or toISOString()'],
    [new Date(NaN), 'a Date', 'its time, getTime() or toISOString()'],
    [new Set([1]), 'a Set', 'an array, [...set]'],
    [new Map(), 'a Map', 'an array, [...map], or Object.fromEntries(map)'],
    [/a/, 'a RegExp', 'its source and its flags'],
    [new TypeError('secret'), 'a TypeError', 'its message'],
    [Promise.resolve(), 'a Promise', 'what it resolves to: await it'],
    [Buffer.from('a'), 'a Buffer', "text, such as Buffer.from(bytes).toString('base64')"],
    [new Uint8Array(1), 'an Uint8Array', "text, such as Buffer.from(bytes).toString('base64')"],
    [new ArrayBuffer(1), 'an ArrayBuffer', "text, such as Buffer.from(bytes).toString('base64')"],
    [new WeakMap(), 'a WeakMap', 'its fields in a plain object'],
    [new Point(1), 'a Point', 'its fields in a plain object'],
    [new Stack(1, 2), 'a Stack', 'a plain array, [...list]'],
    [new Money(1), 'a Money', 'what its toJSON() returns'],
    [new URL('https://a.example'), 'an URL', 'what its toJSON() returns'],
    [new Number(1), 'a Number', 'its fields in a plain object'],
    [Object.create({ a: 1 }), 'an object with a prototype', 'its fields in a plain object'],
    [{ toJSON: () => 1 }, 'a function', 'the data that the function needs', '.toJSON'],
    [
      /(a)/.exec('a'),
      'the result of a RegExp match',
      'its texts, [...match], or { ...match.groups }',
    ],
    [[1, undefined], 'undefined', 'null, or leave it out of the array', '[1]'],
    // eslint-disable-next-line no-sparse-arrays
    [[1, , 2], 'a hole', 'null, or leave it out of the array', '[1]'],
    [loop, 'an object that contains itself', 'an id in place of the inner reference', '.self'],
  ])('reports %p with its path and an alternative', (...row) => {
    const [value, found, instead, at = ''] = row as [unknown, string, string, string?];
    const what = `is ${found}, which JSON cannot hold: store ${instead}`;
    expect(complaint(value)).toBe(`session${at} ${what}`);
    expect(complaint({ cart: { items: [1, { price: value }] } })).toBe(
      `session.cart.items[1].price${at} ${what}`,
    );
  });

  it('reports exactly the values that JSON does not preserve', () => {
    const anything = fc.anything({
      maxDepth: 3,
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withObjectString: true,
      withSparseArray: true,
      withTypedArray: true,
      withUnicodeString: true,
    } as fc.ObjectConstraints);
    fc.assert(
      fc.property(anything, (value) => {
        expect(jsonFault(value) === undefined).toBe(isKept(value));
      }),
      { numRuns: 500 },
    );
  });

  it('accepts plain data, also from another realm, with undefined fields and -0', () => {
    const data = { a: [{}, [], null, '', false, 0, -0, '🙂'.slice(0, 1)], b: undefined };
    expect(jsonFault(data)).toBeUndefined();
    expect(jsonFault(runInNewContext('({ a: [{ b: [1] }] })'))).toBeUndefined();
    expect(jsonFault(Object.assign(Object.create(null) as object, { a: 1 }))).toBeUndefined();
    expect(jsonFault({ twice: data, again: data })).toBeUndefined();
  });

  it('reports nesting that is too deep for parsers, in a short message', () => {
    expect(complaint(deep)).toBe(
      `session${'[0]'.repeat(12)}... is nested more than 1000 levels deep, which JSON cannot hold: store a flat list`,
    );
  });

  it('accepts an object with a toJSON that a schema restores', () => {
    const value = { born: new Date(5), price: [new Money(7)] };
    expect(complaint(value, { born: new Date(5), price: [new Money(7)] })).toBeUndefined();
    expect(complaint(value, { born: new Date(6), price: [new Money(7)] })).toMatch(
      'born is a Date',
    );
    expect(complaint(value, { born: new Date(5), price: [7] })).toMatch('price[0] is a Money');
    expect(complaint(value, { born: new Date(5) })).toMatch('price[0] is a Money');
    expect(complaint(new Set(), new Set())).toMatch('is a Set');
    expect(complaint({ ...value, id: 1n }, value)).toMatch('id is a bigint');
    expect(jsonFault(value)).toMatchObject({ hasJsonForm: true });
  });

  it('never shows field names that may be data', () => {
    const names = { 'a user wrote this': { ä: { '+49 170': { ok_$1: NaN } } } };
    expect(complaint(names)).toMatch('session.*.*.*.ok_$1 is NaN');
    const shown = (field: string): boolean => field === 'b';
    const fault = jsonFault({ a: { b: NaN } })!;
    expect(describeJsonFault('x', fault, shown)).toMatch('x.*.b is NaN');
    class Oddly {}
    Object.defineProperty(Oddly, 'name', { value: 'a secret' });
    expect(complaint(Object.assign(new Oddly(), { constructor: 'a secret' }))).not.toMatch(
      'secret',
    );
  });
});

/** The definition of a value without a fault: JSON preserves it, except for undefined fields and the sign of 0. */
function isKept(value: unknown): boolean {
  if (value === undefined) return true;
  try {
    const back: unknown = JSON.parse(JSON.stringify(value));
    return isDeepStrictEqual(normal(back), normal(value));
  } catch {
    return false;
  }
}

function normal(value: unknown): unknown {
  if (value === 0) return 0;
  if (Array.isArray(value)) {
    return Array.from(value, (each: unknown, index) =>
      index in value ? normal(each) : Symbol('hole'),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([key, field]) => [key, normal(field)]));
}
