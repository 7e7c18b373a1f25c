import { createI18n } from '../i18n/i18n.js';
import { isBlank } from './blank.js';
import { safeHtml, safeMarkdownV2 } from './markup.js';
import { plainName } from './plain-name.js';

const overridden = 'Ann\u202e moc.live';
const isolated = '\u2067Ann\u2068';

describe('plainName', () => {
  it.each([
    [overridden, 'Ann moc.live'],
    [isolated, 'Ann'],
    [' Ann \n\tLee\u2028X\u0000 ', 'Ann Lee X'],
    ['👩‍👩‍👧 می‌خواهم', '👩‍👩‍👧 می‌خواهم'],
    ['A\ud800', 'A\ufffd'],
    ['\u200b', ''],
    ['\u2800 \u200f', ''],
  ])('makes one line of %j, without direction changes', (name, plain) => {
    expect(plainName(name)).toBe(plain);
  });
});

describe('a name in a text', () => {
  it('cannot change the direction of the following text', () => {
    expect(safeHtml`<b>${overridden}</b>, ${isolated}`.text).toBe('<b>Ann moc.live</b>, Ann');
    expect(safeMarkdownV2`*${overridden}*`.text).toBe('*Ann moc\\.live*');
    const texts = { en: { hello: 'Hello, {{name}}!' } } as const;
    const i18n = createI18n({ fallback: 'en', texts });
    expect(i18n.t('en', 'hello', { name: isolated })).toBe('Hello, Ann!');
  });
});

describe('isBlank', () => {
  it.each([
    '',
    ' \n\t',
    '\u200b\u200c\u200d\u200e\u200f\ufeff',
    '\u2800\u3000\u00a0\ufffc',
    '\u202e',
  ])('is true for %j, as in Telegram', (text) => expect(isBlank(text)).toBe(true));

  it.each(['.', '\u200bx', '\u3164', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'e\u030a'])('is false for %j', (text) => {
    expect(isBlank(text)).toBe(false);
  });
});
