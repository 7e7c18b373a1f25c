import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createBroadcasts, type Broadcasts } from '@chatlane/broadcasts';
import { readUpdate } from '@chatlane/contracts';
import { openDeployment } from '@chatlane/lanes';
import { startApp, type AppProcess } from '@chatlane/processes';
import { connectRedis, infoField } from '@chatlane/redis';
import { startRedisServer } from '@chatlane/testing';
import { unwindOnFailure } from '../../harness/unwind-on-failure.js';
import { forkProgram } from '../answers/fork-program.js';

const TOKEN = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';
const WORKERS = 2;
/** The chat of the first recipient. Chats that write to the bot have smaller ids. */
export const FIRST = 1_000_000;

/** Two workers, a Redis and a Telegram that answers at once, each in its own process. */
export interface BroadcastSystem {
  broadcasts: Broadcasts;
  /** Kills a worker with SIGKILL, and starts another one in its place. */
  killWorker(): Promise<void>;
  /** A user writes to the bot, which replies with the same text. */
  say(chat: number, text: string): Promise<void>;
  /** The replies since the last call of `replies`: texts, and when they arrived, in Unix milliseconds. */
  replies(): Promise<[text: number, arrivedAt: number][]>;
  /** How many messages of the broadcast have arrived. */
  arrived(): Promise<number>;
  /** How many messages each recipient got. */
  counts(): Promise<Buffer>;
  /** The resident memory of the largest worker, in MiB. */
  workerMiB(): Promise<number>;
  redisBytes(): Promise<number>;
  stop(): Promise<void>;
}

/** Needs a build. @param bulkPerSecond the rate that the deployment allows */
export async function startBroadcastSystem(
  recipients: number,
  bulkPerSecond: number,
): Promise<BroadcastSystem> {
  return unwindOnFailure(async (stops, stop) => {
    const server = await startRedisServer(['--appendonly', 'yes']);
    stops.push(() => server.stop());
    const telegram = await forkProgram(
      new URL('telegram.mjs', import.meta.url),
      [String(FIRST), String(recipients)],
      {},
    );
    stops.push(() => telegram.stop());
    const env = {
      BOT_TOKEN: TOKEN,
      LOG_LEVEL: 'error',
      OPS_PORT: '0',
      REDIS_URL: server.url,
      TELEGRAM_API_ROOT: `http://127.0.0.1:${telegram.port}`,
      BULK_PER_SECOND: String(bulkPerSecond),
      BOT_MODULE: fileURLToPath(new URL('bot.mjs', import.meta.url)),
    };
    const startWorker = (): Promise<AppProcess> => startApp({ app: 'worker', env });
    const workers = await Promise.all(Array.from({ length: WORKERS }, startWorker));
    stops.push(() => Promise.all(workers.map((worker) => worker.stop())));

    const redis = connectRedis({ url: server.url, name: 'bench', whenDown: 'wait' });
    const deployment = openDeployment({ redis, name: 'chatlane' });
    const intake = deployment.intake();
    const broadcasts = createBroadcasts({ redis, name: 'chatlane' });
    stops.push(async () => {
      await Promise.all([intake.close(), deployment.close(), broadcasts.close()]);
      redis.disconnect();
    });
    let updates = 0;
    async function ask<T>(what: string): Promise<T> {
      telegram.child.send(what);
      const [answer] = (await once(telegram.child, 'message')) as [Record<string, T>];
      return answer[what]!;
    }

    return {
      broadcasts,
      async killWorker() {
        const worker = workers.shift()!;
        worker.kill('SIGKILL');
        await worker.exited;
        workers.push(await startWorker());
      },
      async say(chat, text) {
        const id = (updates += 1);
        const from = { id: chat, is_bot: false, first_name: 'A' };
        const message = {
          message_id: id,
          date: 1,
          from,
          chat: { id: chat, type: 'private' },
          text,
        };
        const update = { update_id: id, message };
        await intake.push(readUpdate(update)!, Buffer.from(JSON.stringify(update)));
      },
      replies: () => ask('replies'),
      arrived: () => ask('arrived'),
      counts: async () => Buffer.from(await ask<string>('counts'), 'base64'),
      async workerMiB() {
        const sizes = workers.map(async ({ pid }) => {
          const status = await readFile(`/proc/${pid}/status`, 'utf8');
          return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
        });
        return Math.max(...(await Promise.all(sizes)));
      },
      redisBytes: async () => Number(infoField(await redis.info('memory'), 'used_memory')),
      stop,
    };
  });
}
