import { mergeEntities } from './merge-entities.js';
import type { MessageEntity } from './message.js';

/** Parses `bold 0-4` and the like. */
const read = (written: string): MessageEntity => {
  const [, type = '', from = '', to = ''] = /^(\w+) (\d+)-(\d+)$/.exec(written) ?? [];
  return { type, offset: +from, length: +to - +from };
};
const merged = (given: string[], found: string[] = []) =>
  mergeEntities(given.map(read), found.map(read)).map(
    ({ type, offset, length }) => `${type} ${offset}-${offset + length}`,
  );

describe('entities of one text', () => {
  it.each([
    ['styles of one type are merged', ['bold 0-3', 'bold 3-5', 'bold 4-9'], ['bold 0-9']],
    [
      'a style is split where another one starts',
      ['bold 0-9', 'italic 3-5'],
      ['bold 0-3', 'bold 3-9', 'italic 3-5'],
    ],
    ['code contains no styles', ['bold 0-9', 'code 3-5'], ['bold 0-3', 'code 3-5', 'bold 5-9']],
    ['links do not overlap', ['text_link 0-4', 'text_mention 2-6'], ['text_link 0-4']],
    ['quotes are not nested', ['blockquote 0-9', 'blockquote 2-4'], ['blockquote 0-9']],
    ['a link does not cross a quote', ['blockquote 2-9', 'text_link 0-4'], ['blockquote 2-9']],
    ['no entity is empty', ['bold 2-2'], []],
  ])('are merged so that %s', (_what, given, expected) => expect(merged(given)).toEqual(expected));

  it('exclude detected ones inside links, code and the like', () => {
    expect(merged(['code 0-4', 'bold 5-9'], ['url 2-3', 'mention 6-9'])).toEqual([
      'code 0-4',
      'bold 5-6',
      'mention 6-9',
      'bold 6-9',
    ]);
  });
});
