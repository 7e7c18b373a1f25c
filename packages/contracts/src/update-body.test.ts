import { jest } from '@jest/globals';
import { isNestedTooDeeply } from './nesting.js';
import { readUpdateBody } from './update-body.js';

const parkedFor = (body: string | Buffer) => {
  const read = readUpdateBody(Buffer.from(body as string));
  return read.update ? 'an update' : [read.parkedFor, read.updateId];
};
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('the body of an update', () => {
  it('may start with a byte order mark, which is dropped', () => {
    const json = '{"update_id":7,"message":{"chat":{"id":5},"text":"\ufeffhi"}}';
    const read = readUpdateBody(Buffer.from(`\ufeff${json}`));
    expect(read.update).toMatchObject({ updateId: 7, lane: 'c:5' });
    expect(read.raw.toString()).toBe(json);
    expect(parkedFor('\ufeff\ufeff{"update_id":7}')).toEqual(['not JSON', 7]);
    expect(parkedFor('\ufeff')).toEqual(['not JSON', undefined]);
  });

  it('is parked when it is nested beyond 100 levels, whatever its texts contain', () => {
    const update = (inside: string) => `{"update_id":7,"custom_event":${inside}}`;
    expect(parkedFor(update(nested(99)))).toBe('an update');
    expect(parkedFor(update(nested(100)))).toEqual(['nested too deeply', 7]);
    expect(parkedFor(update(`{"a":`.repeat(100) + '1' + '}'.repeat(100)))).toEqual([
      'nested too deeply',
      7,
    ]);
    expect(parkedFor(update(`[${nested(1)}${`,${nested(1)}`.repeat(500)}]`))).toBe('an update');
    expect(parkedFor(update(JSON.stringify(`\\"${'[{'.repeat(500)}`)))).toBe('an update');
    // Quotes and brackets inside a text must not hide the brackets after it.
    expect(parkedFor(update(`["]\\"]\\\\",${nested(99)}]`))).toEqual(['nested too deeply', 7]);
  });

  it('is not parsed when it is nested too deeply, because that would block the process', () => {
    const parse = jest.spyOn(JSON, 'parse');
    try {
      expect(parkedFor('['.repeat(1_048_576))).toEqual(['nested too deeply', undefined]);
      expect(parkedFor('{"a":'.repeat(200_000))).toEqual(['nested too deeply', undefined]);
      expect(parse).not.toHaveBeenCalled();
      expect(parkedFor(nested(100))).toEqual(['not an update', undefined]);
      expect(parse).toHaveBeenCalled();
    } finally {
      parse.mockRestore();
    }
  });

  it('keeps the update_id at its start even when it is parked', () => {
    expect(parkedFor(' {\n"update_id" : 41, "message": oops')).toEqual(['not JSON', 41]);
    for (const other of ['{"update_id":"41"}', '{"update_id":-41}', '[{"update_id":41}]', '']) {
      expect(parkedFor(other)).toEqual([expect.any(String), undefined]);
    }
  });
});

it('is not nested by unbalanced closing brackets', () => {
  expect(isNestedTooDeeply(']'.repeat(500) + nested(100))).toBe(false);
  expect(isNestedTooDeeply(nested(100))).toBe(false);
  expect(isNestedTooDeeply(nested(101))).toBe(true);
  expect(isNestedTooDeeply(`"${'['.repeat(500)}`)).toBe(false);
});
