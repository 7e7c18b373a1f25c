import { Readable } from 'node:stream';
import { failureOf, ok, startClient, type Reply } from './bot-api.testkit.js';
import type { TelegramClientOptions } from './client.js';

const OLD = -55;
const NEW = -1001234567890;

const upgraded: Reply = {
  error: 400,
  description: 'Bad Request: group chat was upgraded to a supergroup chat',
  parameters: { migrate_to_chat_id: NEW },
};

/** A Bot API server whose group -55 was upgraded to a supergroup. */
const start = (options: Partial<TelegramClientOptions> = {}) =>
  startClient(
    ({ body, files }) => (body['chat_id'] === OLD || files.size > 0 ? upgraded : ok),
    options,
  );

describe('followMigration', () => {
  it('redirects a rejected call to the new chat, and sends later calls there directly', async () => {
    const notified: number[][] = [];
    await using test = await start({ onMigrated: (...ids) => void notified.push(ids) });
    expect(await test.telegram.sendMessage(OLD, 'one')).toBe(true);
    expect(await test.telegram.sendMessage(String(OLD), 'two')).toBe(true);
    const sent = test.api.requests.map(({ body }) => [body['chat_id'], body['text']]);
    expect(sent).toEqual([
      [OLD, 'one'],
      [NEW, 'one'],
      [NEW, 'two'],
    ]);
    expect(notified).toEqual([[OLD, NEW]]);
  });

  it('looks up the alias first, and goes on without it when the lookup fails', async () => {
    await using known = await start({
      aliasOf: (id) => Promise.resolve(id === OLD ? NEW : undefined),
    });
    await known.telegram.sendMessage(OLD, 'one');
    await known.telegram.sendMessage(-56, 'two');
    expect(known.api.requests.map(({ body }) => body['chat_id'])).toEqual([NEW, -56]);

    await using away = await start({
      aliasOf: () => Promise.reject(new Error('Redis is unavailable')),
    });
    await away.telegram.sendMessage(OLD, 'one');
    expect(away.api.requests.map(({ body }) => body['chat_id'])).toEqual([OLD, NEW]);
  });

  it('looks up no alias for chats that cannot migrate', async () => {
    const lookups: number[] = [];
    await using test = await start({ aliasOf: (id) => void lookups.push(id) });
    for (const chat of [5, NEW, '@channel', OLD]) await test.telegram.sendMessage(chat, 'hi');
    await test.telegram.getMe();
    expect(lookups).toEqual([OLD]);
  });

  it('does not redirect calls that name a message', async () => {
    await using test = await start({ aliasOf: () => NEW });
    for (const call of [
      () => test.telegram.deleteMessage(OLD, 7),
      () => test.telegram.editMessageText(OLD, 7, undefined, 'new'),
      () => test.telegram.deleteMessages(OLD, [7, 8]),
    ]) {
      expect(await failureOf(call())).toMatchObject({ nextAction: 'never', migrateToChatId: NEW });
    }
    await test.telegram.sendMessage(OLD, 'hi', { reply_parameters: { message_id: 7 } });
    expect(test.api.requests.at(-1)?.body).toEqual({ chat_id: NEW, text: 'hi' });
    expect(test.api.requests).toHaveLength(4);
  });

  it('leaves a consumed stream to the next attempt of the turn', async () => {
    await using test = await start();
    const source = Readable.from(['content']);
    const error = await failureOf(test.telegram.sendDocument(OLD, { source, filename: 'a.txt' }));
    expect(error).toMatchObject({ nextAction: 'retry', maybeSent: false });
    expect(test.api.requests).toHaveLength(1);
  });

  it('redirects only once: a rejection of the new id is an error', async () => {
    await using test = await startClient(() => upgraded);
    expect(await failureOf(test.telegram.sendMessage(OLD, 'hi'))).toMatchObject({
      nextAction: 'never',
    });
    expect(test.api.requests).toHaveLength(2);
  });
});
