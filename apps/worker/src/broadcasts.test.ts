import {
  createBroadcastRunner,
  createBroadcasts,
  type BroadcastRunner,
  type Broadcasts,
  type BroadcastSender,
} from '@chatlane/broadcasts';
import type { ScriptedAnswer } from '@chatlane/simulator';
import { connectRedis, type Redis } from '@chatlane/redis';
import {
  createBulkSender,
  createPauses,
  createTelegramClient,
  createTelegramLimits,
  type TelegramClient,
} from '@chatlane/telegram';
import { startRedisServer, type RedisServer } from '@chatlane/testing';
import { startTelegram, token, until, type WorkerTelegram } from './telegram.testkit.js';

const name = 'chatlane';
const BULK_PER_SECOND = 60;
const toNobody: BroadcastSender = { send: () => Promise.resolve({ outcome: 'sent' }) };

let server: RedisServer;
let redis: Redis;
let telegram: WorkerTelegram;
let client: TelegramClient;
let broadcasts: Broadcasts;
let runner: BroadcastRunner;
/** What Telegram answers to a message for a chat. Undefined: it accepts the message. */
let answer: (chat: number) => ScriptedAnswer | undefined = () => undefined;

beforeEach(async () => {
  server = await startRedisServer();
  redis = connectRedis({ url: server.url, name, whenDown: 'wait' });
  answer = () => undefined;
  telegram = await startTelegram({
    script: ({ params }) => answer(params.chat_id as number) ?? { result: { message_id: 1 } },
  });
  const pauses = createPauses({ redis, name });
  const limits = createTelegramLimits({ redis, name, pauses, bulkPerSecond: BULK_PER_SECOND });
  client = createTelegramClient({ token, apiRoot: telegram.url, limits, maxFloodWaitMs: 300 });
  broadcasts = createBroadcasts({ redis, name });
  runner = createBroadcastRunner({ redis, name, sender: createBulkSender(client) });
  await runner.start();
});
afterEach(async () => {
  await runner.stop(AbortSignal.timeout(2_000));
  await broadcasts.close();
  client.close();
  await telegram.stop();
  redis.disconnect();
  await server.stop();
});

async function started(first: number, recipients: number): Promise<number> {
  const id = await broadcasts.create({ content: { message: { text: 'news' } } });
  await broadcasts.addRecipients(
    id,
    Array.from({ length: recipients }, (_each, index) => first + index),
  );
  const { code } = await broadcasts.preview(id, { chatId: 1, sender: toNobody });
  await broadcasts.start(id, { code });
  return id;
}

const isFinished = async (id: number): Promise<boolean> =>
  (await broadcasts.status(id)).state === 'finished';

/** How many messages were sent to each chat, whatever the answer was. */
function attempts(): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { method, params } of telegram.calls()) {
    const chat = params.chat_id as number;
    if (method === 'sendMessage') counts.set(chat, (counts.get(chat) ?? 0) + 1);
  }
  return counts;
}

describe('broadcasts of a worker', () => {
  it('share the bulk rate fairly, and keep to it together', async () => {
    const startedAt = performance.now();
    const [one, other] = await Promise.all([started(1_000, 240), started(5_000, 240)]);
    await until(async () => (await isFinished(one)) || (await isFinished(other)));
    const counts = await Promise.all(
      [one, other].map(async (id) => (await broadcasts.status(id)).counts.sent),
    );
    expect(Math.min(...counts)).toBeGreaterThan(0.75 * Math.max(...counts));
    await until(async () => (await isFinished(one)) && (await isFinished(other)));
    const seconds = (performance.now() - startedAt) / 1_000;
    // Half a second's worth may leave at once.
    expect(480 / seconds).toBeLessThan(BULK_PER_SECOND * 1.15);
    expect(attempts().size).toBe(480);
    expect([...attempts().values()].filter((times) => times !== 1)).toEqual([]);
  });

  it('are only delayed when all bulk messages pause for longer than a call waits', async () => {
    const flooded = new Set<number>();
    answer = (chat) => {
      if (chat < 1_020 || flooded.size >= 3) return undefined;
      flooded.add(chat);
      const description = 'Too Many Requests: retry after 2';
      return { error: 429, description, parameters: { retry_after: 2 } };
    };
    const id = await started(1_000, 100);
    await until(() => flooded.size === 3);
    await until(() => isFinished(id));
    const { counts } = await broadcasts.status(id);
    expect(counts).toMatchObject({ sent: 100, failed: 0, unknown: 0 });
    const repeated = [...attempts()].flatMap(([chat, times]) => (times > 1 ? [chat] : []));
    expect(attempts().size).toBe(100);
    expect(repeated.sort()).toEqual([...flooded].sort());
  });

  it('give messages whose response is lost an unknown outcome, and do not repeat them', async () => {
    const lost = new Set([1_003, 1_007]);
    answer = (chat) => (lost.has(chat) ? 'reset' : undefined);
    const id = await started(1_000, 30);
    await until(() => isFinished(id));
    expect((await broadcasts.status(id)).counts).toMatchObject({ sent: 28, unknown: 2 });
    expect([...attempts().values()].filter((times) => times !== 1)).toEqual([]);
  });
});
