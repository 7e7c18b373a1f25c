import { connectRedis, type Redis } from '@chatlane/redis';
import { startRedisServer, until, type RedisServer } from '@chatlane/testing';
import { startBotApi, token, type Reply, type BotApiRequest } from './bot-api.testkit.js';
import type { ClientTurn } from './interceptor.js';
import type { TurnTelegram } from './intercepted-telegram.js';
import { createTelegramLimits, type LimitsObserver, type TelegramLimits } from './limits.js';
import { createPauses } from './pauses/create-pauses.js';
import { createTelegramClient, type TelegramClientOptions } from './client.js';

/** One sending process: its limits, and a client for the turns of its lanes. */
export interface TestWorker {
  limits: TelegramLimits;
  redis: Redis;
  /** The client for a turn in that chat's lane. */
  of(chat: number, turn?: Partial<ClientTurn>): TurnTelegram;
}

/** Several workers of one deployment on a real Redis, and the Bot API server that they use. */
export interface TestWorkers {
  api: Awaited<ReturnType<typeof startBotApi>>;
  server: RedisServer;
  workers: TestWorker[];
  [Symbol.asyncDispose](): Promise<void>;
}

export interface TestWorkersOptions {
  client?: Partial<TelegramClientOptions>;
  bulkPerSecond?: number;
  ceilingPerSecond?: number;
  observer?: LimitsObserver;
  /** Default: a server that responds with what `answer` returns. */
  apiRoot?: string;
}

export async function startWorkers(
  count: number,
  answer?: (request: BotApiRequest, index: number) => Reply | Promise<Reply>,
  options: TestWorkersOptions = {},
): Promise<TestWorkers> {
  const { client: clientOptions, apiRoot, observer = {}, ...limitsOptions } = options;
  const [api, server] = await Promise.all([startBotApi(answer), startRedisServer()]);
  const ends: (() => void)[] = [];

  async function startWorker(): Promise<TestWorker> {
    const redis = connectRedis({ url: server.url, name: 'test', whenDown: 'fail-fast' });
    await until(() => redis.status === 'ready');
    const pauses = createPauses({ redis, name: 'test', observer });
    await pauses.start();
    const limits = createTelegramLimits({
      ...limitsOptions,
      redis,
      pauses,
      observer,
      name: 'test',
    });
    const client = createTelegramClient({
      token,
      apiRoot: apiRoot ?? api.url,
      retryDelayMs: 1,
      limits,
      ...clientOptions,
    });
    ends.push(() => {
      client.close();
      pauses.stop();
      redis.disconnect();
    });
    const of = (chat: number, turn: Partial<ClientTurn> = {}): TurnTelegram =>
      client.forTurn({
        signal: new AbortController().signal,
        isHeld: () => true,
        lane: `c:${chat}`,
        ...turn,
      });
    return { limits, redis, of };
  }

  const workers = await Promise.all(Array.from({ length: count }, startWorker));
  return {
    api,
    server,
    workers,
    async [Symbol.asyncDispose]() {
      for (const end of ends) end();
      await Promise.all([api.stop(), server.stop()]);
    },
  };
}

/** A message of a broadcast. */
export function bulkMessage(telegram: TurnTelegram, chat: number, text: string): Promise<unknown> {
  return telegram.callApi('sendMessage', { chat_id: chat, text }, { priority: 'bulk' });
}
