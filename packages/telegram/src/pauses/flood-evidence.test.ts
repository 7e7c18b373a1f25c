import { floodedScope, type Flood } from './flood-evidence.js';

const flood = (chat: number, method = 'sendMessage', isBulk = false): Flood => ({
  chat: String(chat),
  method,
  isBulk,
});

describe('floodedScope', () => {
  it.each<[string, Flood[], string | undefined]>([
    [
      'nothing from one chat',
      [flood(1), flood(1, 'sendPhoto'), flood(1, 'copyMessage')],
      undefined,
    ],
    ['nothing from two chats', [flood(1), flood(2)], undefined],
    ['the method from three chats', [flood(1), flood(2), flood(3)], 'method sendMessage'],
    [
      'the method although one more chat got a 429 for another',
      [flood(1), flood(2), flood(3), flood(4, 'editMessageText')],
      'method sendMessage',
    ],
    [
      'nothing from two chats and a third with another method',
      [flood(1), flood(2), flood(3, 'sendPhoto')],
      undefined,
    ],
    [
      'the bot from three chats with different methods',
      [flood(1), flood(2, 'sendPhoto'), flood(3, 'copyMessage')],
      'bot',
    ],
    [
      'bulk from three chats that got 429s for bulk calls only',
      [flood(1, 'sendMessage', true), flood(2, 'sendPhoto', true), flood(3, 'copyMessage', true)],
      'bulk',
    ],
    [
      'the method when a reply got a 429 too',
      [flood(1, 'sendMessage', true), flood(2, 'sendMessage', true), flood(3)],
      'method sendMessage',
    ],
  ])('infers %s', (_name, floods, scope) => {
    expect(floodedScope(floods)).toBe(scope);
  });
});
