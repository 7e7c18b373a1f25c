import { floodedScope, type Flood } from './flood-evidence.js';

const flood = (chat: number, method = 'sendMessage', isBulk = false): Flood => ({
  chat: String(chat),
  method,
  isBulk,
});

describe('floodedScope', () => {
  it.each<[string, Flood[], string | undefined]>([
    ['nothing of one chat', [flood(1), flood(1, 'sendPhoto'), flood(1, 'copyMessage')], undefined],
    ['nothing of two chats', [flood(1), flood(2)], undefined],
    ['the method of three chats', [flood(1), flood(2), flood(3)], 'method sendMessage'],
    [
      'the method when one chat is flooded by another',
      [flood(1), flood(2), flood(3), flood(4, 'editMessageText')],
      'method sendMessage',
    ],
    [
      'nothing yet of two chats and a third',
      [flood(1), flood(2), flood(3, 'sendPhoto')],
      undefined,
    ],
    [
      'the bot of three chats with a method each',
      [flood(1), flood(2, 'sendPhoto'), flood(3, 'copyMessage')],
      'bot',
    ],
    [
      'the bulk of three chats that bulk calls flooded',
      [flood(1, 'sendMessage', true), flood(2, 'sendPhoto', true), flood(3, 'copyMessage', true)],
      'bulk',
    ],
    [
      'the method when a reply is flooded, too',
      [flood(1, 'sendMessage', true), flood(2, 'sendMessage', true), flood(3)],
      'method sendMessage',
    ],
  ])('infers %s', (_name, floods, scope) => {
    expect(floodedScope(floods)).toBe(scope);
  });
});
