import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readLaneStats } from '@chatlane/lanes';
import { connectRedis, type Redis } from '@chatlane/redis';
import { startApp, type AppProcess } from '@chatlane/tooling';
import { startMailStorm, type MailStorm } from './mail-storm.js';

const TOKEN = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';
const SECRET = 'only-between-telegram-and-us';

/** Two ingresses and two workers with the ledger bot, on a Redis that is given: a cluster, or a master under Sentinels. */
export interface SmallSystem {
  redis: Redis;
  storm(options: { chats: number; pauseMs: number }): MailStorm;
  /** Resolves when no lane has mail: the update ids that were committed, by chat, in their order. */
  committed(storm: MailStorm): Promise<Map<number, number[]>>;
  stop(): Promise<void>;
}

/** Needs a build. */
export async function startSmallSystem(redisUrl: string, partitions: number): Promise<SmallSystem> {
  const stops: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    return await start(redisUrl, partitions, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  redisUrl: string,
  partitions: number,
  stops: (() => unknown)[],
  stop: () => Promise<void>,
): Promise<SmallSystem> {
  const dir = await mkdtemp(join(tmpdir(), 'chatlane-small-'));
  stops.push(() => rm(dir, { recursive: true, force: true }));
  const redis = connectRedis({ url: redisUrl, name: 'test', whenDown: 'wait' });
  stops.push(() => redis.disconnect());

  async function run(app: 'playground' | 'ingress' | 'worker', env: object): Promise<AppProcess> {
    const common = { BOT_TOKEN: TOKEN, LOG_LEVEL: 'error', OPS_PORT: '0' };
    const process = await startApp({ app, env: { ...common, ...env } });
    stops.push(() => process.stop());
    return process;
  }
  const telegram = await run('playground', { PLAYGROUND_PORT: '0', PLAYGROUND_RATE_LIMITS: 'off' });
  const env = {
    REDIS_URL: redisUrl,
    PARTITIONS: String(partitions),
    TELEGRAM_API_ROOT: `http://127.0.0.1:${telegram.ports.http}`,
  };
  const ingress = { ...env, INGRESS_PORT: '0', WEBHOOK_SECRET: SECRET, REDIS_WAIT_REPLICAS: '1' };
  const worker = {
    ...env,
    BOT_MODULE: fileURLToPath(new URL('ledger-bot.mjs', import.meta.url)),
    LEDGER: join(dir, 'ledger.jsonl'),
    LEASE_MS: '4000',
    SWEEP_EVERY_MS: '500',
    MAX_ATTEMPTS: '50',
  };
  const [first, second] = await Promise.all([
    run('ingress', ingress),
    run('ingress', ingress),
    run('worker', worker),
    run('worker', worker),
  ]);
  const webhooks = [first, second].map(
    ({ ports }) => `http://127.0.0.1:${ports.http}/telegram/webhook`,
  );

  return {
    redis,
    storm: (options) => startMailStorm({ webhooks, secret: SECRET, ...options }),
    async committed({ acknowledged }) {
      await untilQuiet(redis, partitions);
      const sessions = [...acknowledged.keys()].map(
        async (chat) => [chat, await sessionOf(redis, partitions, chat)] as const,
      );
      return new Map(await Promise.all(sessions));
    },
    stop,
  };
}

/** @throws Error when lanes still have mail after a minute */
async function untilQuiet(redis: Redis, partitions: number): Promise<void> {
  const endsAt = performance.now() + 60_000;
  for (;;) {
    const stats = await readLaneStats(redis, 'chatlane', partitions);
    if (stats.oldestEventMs === 0 && stats.held === 0) return;
    if (performance.now() > endsAt) throw new Error(`not quiet: ${JSON.stringify(stats)}`);
    await sleep(100);
  }
}

/** Update ids in a private chat's session, whichever partition it is in. */
async function sessionOf(redis: Redis, partitions: number, chat: number): Promise<number[]> {
  for (let partition = 0; partition < partitions; partition += 1) {
    const json = await redis.get(`{chatlane:${partition}}:session:c:${chat}:${chat}`);
    if (json === null) continue;
    const { turns } = JSON.parse(json) as { turns: string[] };
    return turns.map((turn) => Number(turn.split('@')[0]));
  }
  return [];
}
