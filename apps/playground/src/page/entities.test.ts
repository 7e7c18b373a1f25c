import { linkTarget, safeLink, segmentText, type Segment } from './entities.js';

const bold = (offset: number, length: number) => ({ type: 'bold', offset, length });
const italic = (offset: number, length: number) => ({ type: 'italic', offset, length });

function plain(segments: readonly Segment[]): string {
  return segments
    .map((segment) => (typeof segment === 'string' ? segment : plain(segment.children)))
    .join('');
}

describe('segmentText', () => {
  it('returns a text without entities as one segment', () => {
    expect(segmentText('hello')).toEqual(['hello']);
    expect(segmentText('')).toEqual([]);
  });

  it('splits the text at each entity, in whatever order they come', () => {
    expect(segmentText('one two three', [italic(8, 5), bold(0, 3)])).toEqual([
      { entity: bold(0, 3), children: ['one'] },
      ' two ',
      { entity: italic(8, 5), children: ['three'] },
    ]);
  });

  it('nests an entity inside another one', () => {
    expect(segmentText('a bc d', [bold(0, 6), italic(2, 2)])).toEqual([
      { entity: bold(0, 6), children: ['a ', { entity: italic(2, 2), children: ['bc'] }, ' d'] },
    ]);
  });

  it('counts UTF-16 units, as Telegram does', () => {
    expect(segmentText('👋 hi', [bold(3, 2)])).toEqual([
      '👋 ',
      { entity: bold(3, 2), children: ['hi'] },
    ]);
  });

  it('keeps every character exactly once when entities overlap or exceed the text', () => {
    const text = 'abcdefgh';
    expect(plain(segmentText(text, [bold(0, 4), italic(2, 4)]))).toBe(text);
    expect(plain(segmentText(text, [bold(6, 40), bold(-2, 4), italic(50, 2), bold(3, 0)]))).toBe(
      text,
    );
  });

  it('drops the line break after a block', () => {
    const pre = { type: 'pre', offset: 0, length: 4 };
    expect(segmentText('code\nafter', [pre])).toEqual([
      { entity: pre, children: ['code'] },
      'after',
    ]);
  });
});

describe('links', () => {
  it('point to their addresses', () => {
    expect(safeLink('https://example.org/a?b')).toBe('https://example.org/a?b');
    expect(safeLink('example.org')).toBe('https://example.org/');
    expect(linkTarget({ type: 'email', offset: 0, length: 5 }, 'a@b.c')).toBe('mailto:a@b.c');
    expect(linkTarget({ type: 'phone_number', offset: 0, length: 8 }, '+1 (555)')).toBe(
      'tel:+1555',
    );
    expect(
      linkTarget({ type: 'text_link', offset: 0, length: 4, url: 'tg://user?id=1' }, 'text'),
    ).toBe('tg://user?id=1');
  });

  it('never run script on the page', () => {
    expect(safeLink('javascript:alert(1)')).toBeUndefined();
    expect(safeLink('JavaScript:alert(1)')).toBeUndefined();
    expect(safeLink('data:text/html,<script>')).toBeUndefined();
    expect(safeLink('https://')).toBeUndefined();
  });
});
