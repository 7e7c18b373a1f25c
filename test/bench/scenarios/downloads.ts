import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDownloadQueue, createFileIndex } from '@chatlane/downloads';
import { connectRedis } from '@chatlane/redis';
import { startApp, startRedisServer } from '@chatlane/tooling';
import type { Scenario } from '../result.js';
import { quantile } from '../statistics.js';

const TOKEN = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';
const CONCURRENCY = 8;
const USER = 7;
const SMALLEST = 2 ** 10;
const LARGEST = 20 * 2 ** 20;
const MB = 2 ** 20;

/**
 * Files of 1 KB to 20 MB, as many of each order of size: a downloader, which checks, hashes, syncs and stores each and
 * puts its event into the lane, and a bare `fetch` to disk; in turns, with the same files at the same concurrency.
 */
export const downloads: Scenario = async ({ quick }) => {
  const stops: (() => Promise<unknown>)[] = [];
  try {
    const dir = await mkdtemp(join(tmpdir(), 'chatlane-bench-'));
    stops.push(() => rm(dir, { recursive: true, force: true }));
    const [server, { port = 0 }] = await startPeer('serve');
    stops.push(() => end(server));
    const [bare] = await startPeer(dir);
    stops.push(() => end(bare));
    const api = `http://127.0.0.1:${port}`;
    const chatlane = await startDownloader(api, join(dir, 'storage'), stops);

    const systems = { chatlane, 'bare fetch': fetcher(bare, api) };
    const rates: Record<keyof typeof systems, number[]> = { chatlane: [], 'bare fetch': [] };
    // The first round warms both up.
    for (let round = 0; round <= (quick ? 1 : 5); round += 1) {
      for (const name of ['chatlane', 'bare fetch'] as const) {
        const sizes = sizesOf(quick || round === 0 ? 10 : 200);
        const ids = sizes.map((size, index) => `${size}-${name.length}-${round}-${index}`);
        const started = performance.now();
        await systems[name](ids);
        const seconds = (performance.now() - started) / 1_000;
        const bytes = sizes.reduce((sum, size) => sum + size, 0);
        if (round > 0) rates[name].push(bytes / MB / seconds);
      }
    }
    const ratios = rates.chatlane.map((rate, index) => rate / (rates['bare fetch'][index] ?? 0));
    return {
      scenario: 'downloads',
      systems: Object.entries(rates).map(([name, all]) => ({
        name,
        megabytesPerSecond: quantile(all, 0.5),
        lowest: Math.min(...all),
        highest: Math.max(...all),
      })),
      ratios: [
        {
          what: 'bytes per second, over a bare fetch to disk, median of the rounds',
          value: quantile(ratios, 0.5),
          goal: { atLeast: 0.9 },
        },
      ],
    };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
};

function sizesOf(count: number): number[] {
  const span = Math.log(LARGEST / SMALLEST);
  return Array.from({ length: count }, (_, index) =>
    Math.round(SMALLEST * Math.exp((span * ((index * 7) % count)) / (count - 1))),
  );
}

async function startPeer(role: string): Promise<[ChildProcess, { port?: number }]> {
  const program = fileURLToPath(new URL('../file-peer.mjs', import.meta.url));
  const args = role === 'serve' ? [role] : ['fetch', role];
  const child = fork(program, args, { env: {}, execArgv: [] });
  if (role !== 'serve') return [child, {}];
  const [message] = (await once(child, 'message')) as [{ port: number }];
  return [child, message];
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function fetcher(child: ChildProcess, api: string): (ids: string[]) => Promise<void> {
  return async (ids) => {
    const urls = ids.map((id) => `${api}/file/bot${TOKEN}/${id}`);
    child.send({ urls, concurrency: CONCURRENCY });
    await once(child, 'message');
  };
}

async function startDownloader(
  api: string,
  storageDir: string,
  stops: (() => Promise<unknown>)[],
): Promise<(ids: string[]) => Promise<void>> {
  const server = await startRedisServer();
  stops.push(() => server.stop());
  const redis = connectRedis({ url: server.url, name: 'bench', whenDown: 'wait' });
  stops.push(() => Promise.resolve(redis.disconnect()));
  const queue = createDownloadQueue({ redis, name: 'chatlane' });
  stops.push(() => queue.close());
  const index = createFileIndex({ redis, name: 'chatlane' });
  const app = await startApp({
    app: 'downloader',
    env: {
      BOT_TOKEN: TOKEN,
      LOG_LEVEL: 'warn',
      OPS_PORT: '0',
      REDIS_URL: server.url,
      TELEGRAM_API_ROOT: api,
      STORAGE_DIR: storageDir,
      DOWNLOAD_CONCURRENCY: String(CONCURRENCY),
      DOWNLOAD_USER_CONCURRENCY: '0',
    },
  });
  stops.push(() => app.stop());
  let stored = 0;
  return async (ids) => {
    stored += ids.length;
    const chat = { id: USER, type: 'private' };
    await Promise.all(
      ids.map((id) =>
        queue.add('download', {
          id: `bench.${id}`,
          address: { lane: `c:${USER}`, sessionUser: String(USER), chat },
          userId: USER,
          media: { kind: 'document', fileId: id, fileUniqueId: id, name: `${id}.txt` },
          priority: 'normal',
          processors: [],
          requestedAt: Date.now(),
        }),
      ),
    );
    while ((await index.list(USER, { offset: 0, limit: 0 })).total < stored) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
}
