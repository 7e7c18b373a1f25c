import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createDownloadQueue, createFileIndex } from '@chatlane/downloads';
import { connectRedis } from '@chatlane/redis';
import { startApp } from '@chatlane/processes';
import { startRedisServer } from '@chatlane/testing';
import { Queue } from 'bullmq';

const TOKEN = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';
const USER = 7;

/** A system that downloads files to disk. */
export interface FileFetcher {
  /** Prepares the download of these files (named `<size>-<anything>`). Returns the function to measure. */
  prepare(ids: string[]): Promise<() => Promise<unknown>>;
  stop(): Promise<void>;
}

export interface FileFetcherOptions {
  /** The URL of the Bot API server. */
  api: string;
  /** The target folder. */
  dir: string;
  concurrency: number;
}

/** A Bot API server in a separate process, which generates its files while they are read. */
export async function startFileServer(): Promise<{ api: string; stop(): Promise<void> }> {
  const child = forkPeer(['serve']);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { api: `http://127.0.0.1:${port}`, stop: () => end(child) };
}

/** `fetch` to disk. The careful variant also computes a SHA-256 and syncs each file, as a reliable store has to. */
export function startBareFetch(
  manner: 'plain' | 'careful',
  options: FileFetcherOptions,
): FileFetcher {
  const { api, dir, concurrency } = options;
  const child = forkPeer(['fetch', dir, manner]);
  return {
    prepare(ids) {
      const urls = ids.map((id) => `${api}/file/bot${TOKEN}/${id}`);
      return Promise.resolve(() => {
        child.send({ urls, concurrency });
        return once(child, 'message');
      });
    },
    stop: () => end(child),
  };
}

/** A downloader with its own Redis. The files are requested before its queue is opened. */
export async function startDownloader(options: FileFetcherOptions): Promise<FileFetcher> {
  const server = await startRedisServer();
  const redis = connectRedis({ url: server.url, name: 'bench', whenDown: 'wait' });
  const requests = createDownloadQueue({ redis, name: 'chatlane' });
  const index = createFileIndex({ redis, name: 'chatlane' });
  const queue = new Queue('downloads', { connection: redis, prefix: '{chatlane}' });
  const app = await startApp({
    app: 'downloader',
    env: {
      BOT_TOKEN: TOKEN,
      LOG_LEVEL: 'warn',
      OPS_PORT: '0',
      REDIS_URL: server.url,
      TELEGRAM_API_ROOT: options.api,
      STORAGE_DIR: options.dir,
      DOWNLOAD_CONCURRENCY: String(options.concurrency),
      DOWNLOAD_USER_CONCURRENCY: '0',
    },
  });
  let stored = 0;
  return {
    async prepare(ids) {
      stored += ids.length;
      await queue.pause();
      await Promise.all(ids.map((id) => requests.add('download', requestFor(id))));
      return async () => {
        await queue.resume();
        while ((await index.list(USER, { offset: 0, limit: 0 })).total < stored) await sleep(20);
      };
    },
    async stop() {
      await app.stop();
      await queue.close();
      await requests.close();
      redis.disconnect();
      await server.stop();
    },
  };
}

function requestFor(id: string) {
  return {
    id: `bench.${id}`,
    address: {
      lane: `c:${USER}`,
      sessionUser: String(USER),
      chat: { id: USER, type: 'private' as const },
    },
    userId: USER,
    media: { kind: 'document' as const, fileId: id, fileUniqueId: id, name: `${id}.txt` },
    priority: 'normal' as const,
    processors: [],
    requestedAt: Date.now(),
  };
}

function forkPeer(args: string[]): ChildProcess {
  const program = fileURLToPath(new URL('../file-peer.mjs', import.meta.url));
  return fork(program, args, { env: {}, execArgv: [] });
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}
