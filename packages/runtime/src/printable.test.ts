import { printable } from './printable.js';

describe('printable', () => {
  it.each([
    ['a colour', '\u001b[31mred\u001b[0m', '\\u001b[31mred\\u001b[0m'],
    ['a clipboard write', '\u001b]52;c;cm0gLXJm\u0007', '\\u001b]52;c;cm0gLXJm\\u0007'],
    ['the same in C1 controls', '\u009d52;c;cm0gLXJm\u009c', '\\u009d52;c;cm0gLXJm\\u009c'],
    ['a carriage return', 'ok\rbad\u0008\u007f', 'ok\\u000dbad\\u0008\\u007f'],
    ['a bidi override', 'exe.\u202egpj', 'exe.\\u202egpj'],
    ['bidi isolates and marks', '\u2066\u2069\u200f\u061c', '\\u2066\\u2069\\u200f\\u061c'],
    ['zero-width characters', 'a\u200b\ufeff\u2060b', 'a\\u200b\\ufeff\\u2060b'],
    ['line separators', 'a\u2028b\u2029', 'a\\u2028b\\u2029'],
    ['a tag beyond the basic plane', '\u{e0041}', '\\udb40\\udc41'],
    ['a lone surrogate', '\ud83d', '\\ud83d'],
  ])('escapes %s', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('keeps text of any language, emoji, newlines and tabs', () => {
    const text = 'Ünïcode, текст, 文字, नमस्ते, שלום, 😀👍🏽 — "quoted"\n\tas it is\\';
    expect(printable(text)).toBe(text);
  });

  it('keeps JSON valid and its value unchanged', () => {
    const value = { 'a\u202e': ['\u001b\u009b31m', '\ud83d', '\u{e0041}'] };
    const json = printable(JSON.stringify(value));
    expect(json).toMatch(/^[ -~]+$/);
    expect(JSON.parse(json)).toEqual(value);
  });
});
