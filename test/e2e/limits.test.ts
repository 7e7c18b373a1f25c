import { connectRedis } from '@chatlane/redis';
import {
  createTelegramLimits,
  createTelegramClient,
  type TelegramClient,
} from '@chatlane/telegram';
import { startApp, type AppProcess } from '@chatlane/processes';
import { privateText, startRedisServer, until, type RedisServer } from '@chatlane/testing';

const TOKEN = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';

interface Call {
  chat_id?: number;
  method: string;
  status: number;
}

let simulator: AppProcess;
let server: RedisServer;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  const env = { BOT_TOKEN: TOKEN, LOG_LEVEL: 'error', PLAYGROUND_PORT: '0' };
  [simulator, server] = await Promise.all([
    startApp({ app: 'playground', env }),
    startRedisServer(),
  ]);
});
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await Promise.all([simulator.stop(), server.stop()]);
});

const address = (): string => `http://127.0.0.1:${simulator.ports.http}`;

async function play<T>(path: string, body?: object): Promise<T> {
  const response = await fetch(`${address()}${path}`, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json' },
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** A client like that of a worker of the deployment. */
async function startClient(): Promise<TelegramClient> {
  const redis = connectRedis({ url: server.url, name: 'test', whenDown: 'fail-fast' });
  await until(() => redis.status === 'ready');
  const limits = createTelegramLimits({ redis, name: 'test', bulkPerSecond: 30 });
  const client = createTelegramClient({ token: TOKEN, apiRoot: address(), limits });
  ends.push(
    () => client.close(),
    () => redis.disconnect(),
  );
  return client;
}

describe("Telegram's limits", () => {
  it('are observed by two workers that send 300 bulk messages: no call is refused', async () => {
    const chats = Array.from({ length: 300 }, (_, index) => 10_000 + index);
    await play(
      '/play/updates',
      chats.map((chat) => ({ message: privateText(chat, 'hello') })),
    );
    const clients = await Promise.all([startClient(), startClient()]);
    const send = (chat: number, index: number): Promise<unknown> => {
      const client = clients[index % 2]!.telegram as {
        callApi(method: string, payload: object, options: object): Promise<unknown>;
      };
      return client.callApi('sendMessage', { chat_id: chat, text: 'news' }, { priority: 'bulk' });
    };
    await Promise.all(chats.map(send));
    const sends = (await play<Call[]>('/play/calls')).filter(
      ({ method }) => method === 'sendMessage',
    );
    expect(new Set(sends.map(({ chat_id }) => chat_id)).size).toBe(300);
    expect(sends.filter(({ status }) => status !== 200)).toEqual([]);
    expect(sends).toHaveLength(300);
  });
});
