import { findEntities } from './find-entities.js';

const shown = (text: string) =>
  findEntities(text).map(
    ({ type, offset, length }) => `${type}=${text.slice(offset, offset + length)}`,
  );

describe('entities in plain text', () => {
  it.each([
    ['/start now', ['bot_command=/start']],
    ['/go@some_bot, /stop.', ['bot_command=/go@some_bot', 'bot_command=/stop']],
    ['😀 /help', ['bot_command=/help']],
    ['no/command a/b', []],
    ['see https://example.org/a/b?c=d.', ['url=https://example.org/a/b?c=d']],
    ['@harbour and #größe', ['mention=@harbour', 'hashtag=#größe']],
    ['ops@example.org', ['email=ops@example.org']],
    ['nothing 1.5 #1', []],
  ])('%s', (text, expected) => expect(shown(text)).toEqual(expected));

  it('leave formatted ranges alone', () => {
    expect(findEntities('/start', [{ type: 'code', offset: 0, length: 6 }])).toEqual([]);
  });
});
