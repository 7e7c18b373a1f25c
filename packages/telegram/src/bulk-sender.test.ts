import { flood, startBotApi, token, type Reply } from './bot-api.testkit.js';
import { createBulkSender, type BulkSender } from './bulk-sender.js';
import { createTelegramClient, type TelegramClient, type TelegramClientOptions } from './client.js';
import { createTelegramLimits } from './limits.js';

let api: Awaited<ReturnType<typeof startBotApi>>;
let client: TelegramClient;
let sender: BulkSender;
let begun = 0;

async function start(
  answer: (index: number) => Reply | Promise<Reply>,
  options: Partial<TelegramClientOptions> = {},
): Promise<void> {
  api = await startBotApi((_, index) => answer(index));
  client = createTelegramClient({ token, apiRoot: api.url, retryDelayMs: 1, ...options });
  sender = createBulkSender(client);
  begun = 0;
}

afterEach(async () => {
  client.close();
  await api.stop();
});

const call = { method: 'sendMessage', payload: { chat_id: 42, text: 'x' } };
const sent: Reply = { result: { message_id: 1 } };
const begin = (): Promise<boolean> => {
  begun += 1;
  return Promise.resolve(true);
};
const send = (signal = new AbortController().signal) => sender.send(call, { begin, signal });

describe('a bulk message', () => {
  it.each<[string, Reply, object]>([
    ['is sent', sent, { outcome: 'sent' }],
    [
      'is blocked by its user',
      { error: 403, description: 'Forbidden: bot was blocked by the user' },
      { outcome: 'blocked' },
    ],
    [
      'is rejected',
      { error: 400, description: 'Bad Request: chat not found' },
      { outcome: 'failed', why: '400 Bad Request: chat not found' },
    ],
    ['has an unknown outcome when its response is lost', 'reset', { outcome: 'unknown' }],
    [
      'is not sent after server errors',
      { error: 502, description: 'Bad Gateway' },
      { outcome: 'later', isError: true, why: expect.stringContaining('502') as string },
    ],
  ])('%s', async (_name, reply, result) => {
    await start(() => reply);
    expect(await send()).toMatchObject(result);
    expect(begun).toBeGreaterThan(0);
  });

  it('is not sent again when its response is lost', async () => {
    await start(() => 'reset');
    await send();
    expect(api.requests).toHaveLength(1);
  });

  it('is sent later when Telegram asks for a longer pause, and is marked as begun only once', async () => {
    await start(() => flood(30), { maxFloodWaitMs: 10 });
    const result = await send();
    expect(result).toMatchObject({ outcome: 'later', isError: false });
    expect((result as { retryMs: number }).retryMs).toBeGreaterThan(25_000);
    await send();
    expect(begun).toBe(1);
    expect(api.requests).toHaveLength(1);
  });

  it('is not sent unless it may begin', async () => {
    await start(() => sent);
    const { signal } = new AbortController();
    const notSent = { outcome: 'not-sent' };
    expect(await sender.send(call, { begin: () => Promise.resolve(false), signal })).toEqual(
      notSent,
    );
    const fails = (): Promise<boolean> => Promise.reject(new Error('Redis is unavailable'));
    expect(await sender.send(call, { begin: fails, signal })).toEqual(notSent);
    expect(await send(AbortSignal.abort())).toEqual(notSent);
    expect(api.requests).toEqual([]);
  });

  it('has a faster rate of its own when it is paid for', async () => {
    const limits = createTelegramLimits({ name: 'alone', bulkPerSecond: 1 });
    await start(() => sent, { limits });
    const payload = { ...call.payload, allow_paid_broadcast: true };
    const startedAt = performance.now();
    await Promise.all(
      Array.from({ length: 30 }, () => {
        const { signal } = new AbortController();
        return sender.send({ ...call, payload }, { begin, signal });
      }),
    );
    // At the free rate it would take half a minute.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(api.requests).toHaveLength(30);
  });

  it('stops waiting for the rate when the signal fires, but not for its response', async () => {
    const limits = createTelegramLimits({ name: 'alone', bulkPerSecond: 1 });
    let respond: (reply: Reply) => void = () => undefined;
    const response = new Promise<Reply>((resolve) => (respond = resolve));
    await start(() => response, { limits });
    const stop = new AbortController();
    const results = Array.from({ length: 5 }, () => send(stop.signal));
    await api.until(1);
    stop.abort();
    respond(sent);
    const outcomes = (await Promise.all(results)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'sent')).toHaveLength(api.requests.length);
    expect(outcomes.filter((outcome) => outcome === 'not-sent').length).toBe(
      5 - api.requests.length,
    );
    expect(begun).toBe(api.requests.length);
  });
});
