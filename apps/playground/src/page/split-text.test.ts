import { inlineQueryIn } from './inline-query.js';
import { splitText } from './split-text.js';

describe('splitText', () => {
  it('leaves a text that fits as it is', () => {
    expect(splitText(' one two ', 8)).toEqual(['one two']);
    expect(splitText('   ', 8)).toEqual([]);
  });

  it('parts a text behind a line break, else behind a space', () => {
    expect(splitText('one two\nthree', 10)).toEqual(['one two', 'three']);
    expect(splitText('one two three', 10)).toEqual(['one two', 'three']);
  });

  it('parts a long word anywhere but inside a character', () => {
    expect(splitText('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
    expect(splitText('ab👋cd', 3)).toEqual(['ab', '👋c', 'd']);
  });

  it('does not make a short message of a long one for a line break at its beginning', () => {
    expect(splitText(`a\n${'b'.repeat(20)}`, 10)).toEqual(['a\nbbbbbbbb', 'bbbbbbbbbb', 'bb']);
  });
});

describe('inlineQueryIn', () => {
  it('reads what follows the name of the bot, in any case', () => {
    expect(inlineQueryIn('@Robo_Bot two words', 'robo_bot')).toBe('two words');
    expect(inlineQueryIn('@robo_bot ', 'robo_bot')).toBe('');
  });

  it('reads nothing from a mention elsewhere, of somebody else, or half typed', () => {
    expect(inlineQueryIn('ask @robo_bot this', 'robo_bot')).toBeUndefined();
    expect(inlineQueryIn('@other this', 'robo_bot')).toBeUndefined();
    expect(inlineQueryIn('@robo_bot', 'robo_bot')).toBeUndefined();
  });
});
