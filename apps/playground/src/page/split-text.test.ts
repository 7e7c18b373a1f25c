import { inlineQueryIn } from './use-inline-query.js';
import { splitText } from './split-text.js';

describe('splitText', () => {
  it('trims a text that fits, and leaves it whole', () => {
    expect(splitText(' one two ', 8)).toEqual(['one two']);
    expect(splitText('   ', 8)).toEqual([]);
  });

  it('splits a text after a line break, or else after a space', () => {
    expect(splitText('one two\nthree', 10)).toEqual(['one two', 'three']);
    expect(splitText('one two three', 10)).toEqual(['one two', 'three']);
  });

  it('splits a long word anywhere except inside a character', () => {
    expect(splitText('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
    expect(splitText('ab👋cd', 3)).toEqual(['ab', '👋c', 'd']);
  });

  it('does not create a very short part for the sake of an early line break', () => {
    expect(splitText(`a\n${'b'.repeat(20)}`, 10)).toEqual(['a\nbbbbbbbb', 'bbbbbbbbbb', 'bb']);
  });
});

describe('inlineQueryIn', () => {
  it("returns the text after the bot's username, ignoring case", () => {
    expect(inlineQueryIn('@Robo_Bot two words', 'robo_bot')).toBe('two words');
    expect(inlineQueryIn('@robo_bot ', 'robo_bot')).toBe('');
  });

  it('ignores a mention that is not at the start, names another user, or is not finished', () => {
    expect(inlineQueryIn('ask @robo_bot this', 'robo_bot')).toBeUndefined();
    expect(inlineQueryIn('@other this', 'robo_bot')).toBeUndefined();
    expect(inlineQueryIn('@robo_bot', 'robo_bot')).toBeUndefined();
  });
});
