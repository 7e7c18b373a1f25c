import { copyData } from './copy-data.js';

class Point {
  x = 1;
}

describe('copyData', () => {
  it('copies plain objects, arrays and Dates deeply, and shares everything else', () => {
    const inner = { list: [{ at: new Date(5) }], none: undefined };
    const point = new Point();
    const ofUsers = JSON.parse('{"__proto__":{"admin":true}}') as object;
    const original = { inner, again: inner, point, ofUsers, self: {} };
    original.self = original;
    const copy = copyData(original);
    expect(copy).toEqual(original);
    expect([copy.again === copy.inner, copy.self === copy, copy.point === point]).toEqual([
      true,
      true,
      true,
    ]);
    expect(Object.keys(copy.ofUsers)).toEqual(['__proto__']);
    copy.inner.list[0]!.at.setTime(6);
    copy.inner.list.push({ at: new Date(7) });
    expect(inner.list).toEqual([{ at: new Date(5) }]);
  });
});
