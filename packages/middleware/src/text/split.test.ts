import fc from 'fast-check';
import { bold, fmt, join, link } from 'telegraf/format';
import type { MessageEntity } from 'telegraf/types';
import { splitText } from './split.js';

const ink = ['a', 'word', 'e\u0301', '😀', '👩‍👩‍👧‍👦', '🇩🇪', '-', 'x\u00a0y', 'longerword'];
const spaces = [' ', '\n', '\r\n', '\t', '    ', '\u3000'];
const texts = fc
  .array(fc.constantFrom(...ink, ...spaces), { maxLength: 60 })
  .map((parts) => parts.join(''));
/** Large enough for each of the characters above. */
const limits = fc.integer({ min: 12, max: 40 });
const kinds = ['bold', 'italic', 'pre', 'hashtag', 'custom_emoji'] as const;
const marked = texts.chain((text) => {
  const entity = fc
    .tuple(fc.constantFrom(...kinds), fc.nat(text.length), fc.nat(text.length))
    .map(([type, one, other]) => {
      const offset = Math.min(one, other);
      return { type, offset, length: Math.abs(one - other) } as MessageEntity;
    });
  return fc.record({ text: fc.constant(text), entities: fc.array(entity, { maxLength: 6 }) });
});

/** Where each piece begins in the text. Fails if anything but white space was dropped. */
function placesOf(text: string, pieces: readonly { text: string }[]): number[] {
  let end = 0;
  const places = pieces.map((piece) => {
    let start = end;
    while (!text.startsWith(piece.text, start)) expect(text[start++]?.trim()).toBe('');
    end = start + piece.text.length;
    return start;
  });
  expect(text.slice(end).trim()).toBe('');
  return places;
}

describe('splitText', () => {
  it('returns pieces that Telegram accepts, and that join to the text', () => {
    fc.assert(
      fc.property(marked, limits, (content, limit) => {
        const pieces = splitText(content, { limit });
        for (const { text } of pieces) {
          expect(text.length).toBeLessThanOrEqual(limit);
          expect(text.trim()).not.toBe('');
        }
        placesOf(content.text, pieces);
        if (/^\S*$/.test(content.text)) {
          expect(pieces.map(({ text }) => text).join('')).toBe(content.text);
        }
      }),
    );
  });

  it('makes entities cover the same text as before', () => {
    fc.assert(
      fc.property(marked, limits, (content, limit) => {
        const pieces = splitText(content, { limit });
        const places = placesOf(content.text, pieces);
        const covered = (entities: readonly MessageEntity[] = [], from: number) =>
          entities.flatMap(({ type, offset, length }) =>
            Array.from({ length }, (_, index) => `${type} ${from + offset + index}`),
          );
        const kept = (mark: string) =>
          pieces.some(({ text }, index) => {
            const at = Number(mark.split(' ')[1]) - places[index]!;
            return at >= 0 && at < text.length;
          });
        const after = pieces.flatMap(({ entities }, index) => covered(entities, places[index]!));
        expect(after.sort()).toEqual(covered(content.entities, 0).filter(kept).sort());
      }),
    );
  });

  it('cuts at the ends of words, never within a grapheme', () => {
    fc.assert(
      fc.property(texts, limits, (text, limit) => {
        const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text);
        const words = text.split(/[^\S\u00a0]+/);
        for (const at of placesOf(text, splitText(text, { limit }))) {
          const { index = at, segment = '' } = segments.containing(at) ?? {};
          if (segment.length <= limit) expect(index).toBe(at);
          if (at === 0 || words.some((word) => word.length > limit)) continue;
          expect(text.slice(at - 1, at + 1)).toMatch(/[^\S\u00a0]/);
        }
      }),
    );
  });

  it('cuts neither a CRLF nor a space with a combining accent', () => {
    const texts = (text: string) => splitText(text, { limit: 12 }).map((piece) => piece.text);
    expect(texts('one elevenxx\r\nnext')).toEqual(['one elevenxx', '\r\nnext']);
    expect(texts('one eleven1\r\nnext')).toEqual(['one eleven1', '\r\nnext']);
    expect(texts('one eleven1 \u0301next')).toEqual(['one eleven1', ' \u0301next']);
  });

  it('never cuts a surrogate pair, even in a grapheme longer than a message', () => {
    const family = Array<string>(20).fill('👩').join('\u200d');
    for (let limit = 2; limit < 20; limit += 1) {
      const pieces = splitText(family, { limit });
      // A joiner that is alone in a piece cannot be sent, and is dropped.
      const seen = (text: string) => text.replaceAll('\u200d', '');
      expect(seen(pieces.map(({ text }) => text).join(''))).toBe(seen(family));
      for (const { text } of pieces) expect(text).not.toMatch(/\p{Surrogate}/u);
    }
  });

  it('continues a bold text and a link in the next piece', () => {
    const content = fmt`${bold('one two')} ${link('three four', 'https://example.com/')}`;
    expect(splitText(content, { limit: 10 })).toEqual([
      { text: 'one two ', entities: [{ type: 'bold', offset: 0, length: 7 }] },
      {
        text: 'three four',
        entities: [{ type: 'text_link', offset: 0, length: 10, url: 'https://example.com/' }],
      },
    ]);
    expect(splitText(content, { limit: 6 }).map(({ text }) => text)).toEqual([
      'one ',
      'two ',
      'three ',
      'four',
    ]);
  });

  it('prefers the end of a line, and does not cut a phone number with spaces', () => {
    expect(splitText('one two\nthree', { limit: 10 }).map(({ text }) => text)).toEqual([
      'one two\n',
      'three',
    ]);
    const entities: MessageEntity[] = [{ type: 'phone_number', offset: 5, length: 8 }];
    const pieces = splitText({ text: 'call +49 1 2 3 now', entities }, { limit: 10 });
    expect(pieces.map(({ text }) => text)).toEqual(['call ', '+49 1 2 3 ', 'now']);
  });

  it('puts at most 100 entities into a message, as Telegram ignores the rest', () => {
    const words = Array.from({ length: 250 }, (_, index) => bold(`w${index}`));
    const pieces = splitText(join(words, ' '));
    expect(pieces.map(({ entities }) => entities?.length)).toEqual([100, 100, 50]);
    expect(pieces.map(({ text }) => text).join('')).toBe(words.map(({ text }) => text).join(' '));
    expect(pieces[1]?.text).toMatch(/^w100 .* w199 $/);
  });

  it('counts links and mentions that Telegram detects itself', () => {
    const lines = Array.from(
      { length: 80 },
      (_, index) => fmt`${bold('player')} @user_${index}
`,
    );
    const pieces = splitText(join(lines, ''));
    for (const { text, entities = [] } of pieces) {
      expect(entities.length + (text.match(/@/g) ?? []).length).toBeLessThanOrEqual(100);
    }
    expect(pieces).toHaveLength(2);
  });

  it('keeps to the limit when entities overlap', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(300), fc.nat(300)), { maxLength: 400 }), (ranges) => {
        const text = 'word '.repeat(60);
        const entities = ranges.map(([offset, length]): MessageEntity => ({
          type: 'bold',
          offset,
          length,
        }));
        const pieces = splitText({ text, entities });
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        for (const piece of pieces) expect(piece.entities?.length ?? 0).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('leaves out a piece with only invisible characters', () => {
    for (const unseen of ['\u200b', '\u2800', '\u200f', '\ufeff']) {
      expect(splitText(unseen.repeat(10))).toEqual([]);
      const pieces = splitText(`one\n${unseen.repeat(30)}\ntwo`, { limit: 12 });
      expect(pieces.map(({ text }) => text.replaceAll(unseen, '').trim())).toEqual(['one', 'two']);
    }
  });

  it('splits at 4096 by default, and returns one piece or none for shorter texts', () => {
    const lengths = splitText('x'.repeat(10_000)).map(({ text }) => text.length);
    expect(lengths).toEqual([4096, 4096, 1808]);
    expect(splitText('hello')).toEqual([{ text: 'hello' }]);
    expect([splitText(''), splitText(' \n ')]).toEqual([[], []]);
    expect(() => splitText('x', { limit: 1 })).toThrow('limit: ');
  });
});
