import { cleanText, isEmptyText } from './clean-text.js';

describe('cleanText', () => {
  it('removes direction overrides and line separators, and turns control characters into spaces', () => {
    const text = 'a\u202eb\u2028c\rd\te\u0000f\u200bg\ufeff';
    expect(cleanText(text, []).text).toBe('abcd e f\u200bg\ufeff');
  });

  it('keeps entities on the text they cover', () => {
    const { text, entities } = cleanText('  \u202ebold\u202e and\r code \n', [
      { type: 'bold', offset: 2, length: 6 },
      { type: 'code', offset: 14, length: 7 },
      { type: 'italic', offset: 2, length: 1 },
    ]);
    expect(text).toBe('bold and code');
    expect(entities.map(({ type, offset, length }) => [type, text.substr(offset, length)])).toEqual(
      [
        ['bold', 'bold'],
        ['code', 'code'],
      ],
    );
  });

  it('keeps leading white space that an entity covers, but not trailing', () => {
    expect(cleanText(' x ', [{ type: 'code', offset: 0, length: 3 }])).toEqual({
      text: ' x',
      entities: [{ type: 'code', offset: 0, length: 2 }],
    });
  });
});

it.each([
  ['\u200b\u200c \u2800\u3000\n\ufeff', true],
  ['', true],
  ['\u200bx', false],
  ['\u3164', false],
])('isEmptyText of %j is %s', (text, is) => {
  expect(isEmptyText(text)).toBe(is);
});
