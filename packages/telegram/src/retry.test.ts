import { ok, startBotApi, startClient, token, failureOf, type Reply } from './bot-api.testkit.js';
import { RetryError } from './errors.js';
import { createTelegramClient } from './client.js';

const broken: [name: string, reply: Reply][] = [
  ['the connection is reset', 'reset'],
  ['the server responds with 502', { error: 502 }],
  ['the response is not JSON', { text: '<html>' }],
];

describe('retry', () => {
  it.each(broken)('retries an idempotent call when %s', async (_, reply) => {
    const resends: string[] = [];
    const observer = { onResend: ({ method }: { method: string }) => void resends.push(method) };
    await using test = await startClient((_, index) => (index === 0 ? reply : ok), { observer });
    expect(await test.telegram.editMessageText(42, 7, undefined, 'new')).toBe(true);
    expect(test.api.requests).toHaveLength(2);
    expect(resends).toEqual(['editMessageText']);
  });

  it.each<[name: string, reply: Reply]>([
    ['the connection is reset', 'reset'],
    ['the response is not JSON', { text: '<html>' }],
    ['the server responds with 504', { error: 504 }],
  ])('does not retry a message when %s, because it may have been sent', async (_, reply) => {
    await using test = await startClient(() => reply);
    const error = await failureOf(test.telegram.sendMessage(42, 'hi'));
    expect(error).toBeInstanceOf(RetryError);
    expect(error).toMatchObject({ maybeSent: true, nextAction: 'retry' });
    expect(test.api.requests).toHaveLength(1);
  });

  it.each([500, 502, 503])('retries a message after %i', async (error) => {
    await using test = await startClient((_, index) => (index === 0 ? { error } : ok));
    expect(await test.telegram.sendMessage(42, 'hi')).toBe(true);
    expect(test.api.requests).toHaveLength(2);
  });

  it('retries even a message when no connection can be made', async () => {
    const gone = await startBotApi();
    await gone.stop();
    let resends = 0;
    const observer = { onResend: () => void resends++ };
    const client = createTelegramClient({ token, apiRoot: gone.url, retryDelayMs: 1, observer });
    const error = await failureOf(client.telegram.sendMessage(42, 'hi'));
    client.close();
    expect(error).toMatchObject({ name: 'RetryError', maybeSent: false });
    expect(resends).toBe(2);
  });

  it('gives up after the last attempt', async () => {
    await using test = await startClient(() => ({ error: 500 }), { attempts: 4 });
    await expect(test.telegram.getChat(42)).rejects.toBeInstanceOf(RetryError);
    expect(test.api.requests).toHaveLength(4);
  });

  it.each([400, 401, 403, 404, 409, 413])('does not retry after %i', async (error) => {
    await using test = await startClient(() => ({ error }));
    await failureOf(test.telegram.getChat(42));
    expect(test.api.requests).toHaveLength(1);
  });
});
