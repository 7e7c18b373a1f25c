import { Readable } from 'node:stream';
import type { StoredFile } from '@chatlane/contracts';
import { connectRedis, type Redis } from '@chatlane/redis';
import { createTelegramClient, type TelegramClient } from '@chatlane/telegram';
import { startTelegram, token, type WorkerTelegram } from './telegram.testkit.js';
import { createFileLinks } from '@chatlane/storage';
import { createBotPorts } from './bot-ports.js';

let telegram: WorkerTelegram;
let client: TelegramClient;
let redis: Redis;
/** Contains one file, `id/a`, of five bytes. */
const storage = {
  get: (key: string) =>
    Promise.resolve(key === 'id/a' ? { stream: Readable.from(['he', 'llo']), size: 5 } : undefined),
};
const file = { key: 'id/a', name: 'a.png', type: 'image/png' };
const stored: StoredFile = {
  ...file,
  id: 'a',
  fileId: 'b',
  kind: 'photo',
  size: 5,
  sha256: '',
  storedAt: 1,
};

beforeEach(async () => {
  telegram = await startTelegram();
  telegram.world.chats.ensurePrivate(7);
  client = createTelegramClient({ token, apiRoot: telegram.url });
  redis = connectRedis({ url: 'redis://127.0.0.1:1', name: 'test', whenDown: 'fail-fast' });
});

afterEach(async () => {
  redis.disconnect();
  client.close();
  await telegram.stop();
});

function portsOf(
  codeDelivery: 'chat' | 'console',
  ofToken = token,
  fileLinks?: Parameters<typeof createBotPorts>[0]['config']['fileLinks'],
) {
  const written: string[] = [];
  const ports = createBotPorts({
    config: { name: 'chatlane', token: ofToken, codeDelivery, ownerIds: [42], fileLinks },
    redis,
    client,
    storage,
    terminal: { write: (text: string | Uint8Array) => written.push(String(text)) > 0 },
  });
  return { ...ports, written };
}

const message = (signal = new AbortController().signal) => ({
  to: '+15550001001',
  text: '123456 is your code.',
  chatId: 7,
  signal,
});

describe('the ports of the bot', () => {
  it('send a code to the chat in place of an SMS', async () => {
    const { deliverCode, written } = portsOf('chat');
    await deliverCode(message());
    expect(telegram.calls().map(({ params }) => params)).toMatchObject([
      { chat_id: 7, text: 'SMS → +15550001001\n123456 is your code.' },
    ]);
    expect(written).toEqual([]);
    await expect(deliverCode(message(AbortSignal.abort()))).rejects.toThrow('aborted');
  });

  it('write a code to the terminal without calling Telegram', async () => {
    const { deliverCode, written } = portsOf('console');
    await deliverCode(message());
    expect(written).toEqual(['SMS → +15550001001: 123456 is your code.\n']);
    expect(telegram.calls()).toEqual([]);
  });

  it('contain a secret that is the same in each worker, differs by bot, and does not reveal the token', () => {
    const { secret } = portsOf('chat');
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(portsOf('console').secret).toBe(secret);
    expect(portsOf('chat', `${token}B`).secret).not.toBe(secret);
    expect(token).not.toContain(secret);
  });

  it('create links to files that the ingress serves, if links are enabled', () => {
    expect(portsOf('chat').fileLink).toBeUndefined();
    const on = { secret: token, baseUrl: 'https://bot.example.org', seconds: 900 };
    const link = portsOf('chat', token, on).fileLink?.(stored);
    const { origin, pathname } = new URL(link?.url ?? '');
    expect([origin, link?.seconds]).toEqual(['https://bot.example.org', 900]);
    expect(createFileLinks({ secret: token }).open(pathname)).toMatchObject(file);
  });

  it('read a stored file if it exists and is not too large', async () => {
    const { readFile } = portsOf('chat');
    expect(String(await readFile?.(stored, 5))).toBe('hello');
    expect(await readFile?.(stored, 4)).toBeUndefined();
    expect(await readFile?.({ ...stored, key: 'id/b' }, 5)).toBeUndefined();
  });
});
