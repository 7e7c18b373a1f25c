import { readFileSync } from 'node:fs';
import { replay } from './conversation.testkit.js';

describe('a conversation with the bot', () => {
  it.each(['en', 'de'])('is the same as in conversation.%s.txt', async (language) => {
    const file = new URL(`conversations/conversation.${language}.txt`, import.meta.url);
    const written = readFileSync(file, 'utf8');
    expect(await replay(written, language)).toBe(written);
  });
});
