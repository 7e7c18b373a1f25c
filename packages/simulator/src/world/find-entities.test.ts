import { findEntities } from './find-entities.js';
import { cardNumber, findCardNumbers } from './find-numbers.js';

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
    ['example.com, http://x.notld', ['url=example.com', 'url=http://x.notld']],
    ['readme.notld a.b 1.2.3 e.g. this', []],
    ['(see www.example.org/a_(b)) now', ['url=www.example.org/a_(b)']],
    [
      '127.0.0.1:8080/x tg://resolve?domain=a',
      ['url=127.0.0.1:8080/x', 'url=tg://resolve?domain=a'],
    ],
    ['$USD and $usd, US$USD $ABCDEFGHI', ['cashtag=$USD']],
    ['#tag@some_chat $TON@some_chat', ['hashtag=#tag@some_chat', 'cashtag=$TON@some_chat']],
    ['call +1 (555) 123-4567.', ['phone_number=+1 (555) 123-4567']],
    ['a.b+c@mail.example.org', ['email=a.b+c@mail.example.org']],
    ['@abc @gif x@harbour', ['mention=@gif']],
    ['4242 4242 4242 4242', []],
    ['nothing 1.5 #1', []],
  ])('%s', (text, expected) => expect(shown(text)).toEqual(expected));

  it('are not detected inside a bank card number', () => {
    expect(findCardNumbers('pay 4242 4242 4242 4242, not 4242 4242 4242 4241')).toEqual([
      { type: cardNumber, offset: 4, length: 19 },
    ]);
  });

  it('are detected quickly even in a huge text', () => {
    const text = 'a.b@c+-'.repeat(20_000) + '(1'.repeat(20_000) + '#_'.repeat(20_000);
    expect(findEntities(text)).toBeInstanceOf(Array);
  });
});
