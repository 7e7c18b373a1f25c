import { readRange } from './read-range.js';

describe('a Range header', () => {
  it.each([
    ['bytes=0-3', { start: 0, end: 3 }],
    ['bytes=4-', { start: 4, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-99', { start: 0, end: 9 }],
    ['bytes=8-99', { start: 8, end: 9 }],
    [' Bytes=0-0 ', { start: 0, end: 0 }],
  ])('%j asks for a part of ten bytes', (header, part) => {
    expect(readRange(header, 10)).toEqual(part);
  });

  it.each(['bytes=10-', 'bytes=99-100', 'bytes=-0'])(
    '%j is unsatisfiable for ten bytes',
    (header) => {
      expect(readRange(header, 10)).toBe('unsatisfiable');
    },
  );

  it.each([
    undefined,
    '',
    'bytes=-',
    'bytes=5-2',
    'bytes=0-1,3-4',
    'lines=1-2',
    `bytes=0-${'9'.repeat(99)}`,
  ])('%j is ignored, so that the whole file is sent', (header) => {
    expect(readRange(header, 10)).toBeUndefined();
  });

  it('is unsatisfiable for an empty file', () => {
    expect(readRange('bytes=0-', 0)).toBe('unsatisfiable');
    expect(readRange('bytes=-1', 0)).toBe('unsatisfiable');
  });
});
