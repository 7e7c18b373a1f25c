import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  DownloadRequest,
  FileFailed,
  FileReady,
  FilesForgotten,
  InternalEvent,
  MediaFile,
} from '@chatlane/contracts';
import { connectRedis, type Redis } from '@chatlane/redis';
import { startRedisServer } from '@chatlane/testing';
export { until } from '@chatlane/testing';
import {
  createDownloader,
  createDownloadQueue,
  createFileIndex,
  type Downloader,
  type DownloaderOptions,
  type DownloadLimits,
  type DownloadQueue,
  type FetchedFile,
  type FileIndex,
} from '../src/index.js';
import { fileKeys, type FileKeys } from '../src/keys.js';
import { openQueues, type FileQueues } from '../src/queues.js';

export type SentEvent =
  | { id: string; kind: 'file_ready'; payload: FileReady }
  | { id: string; kind: 'file_failed'; payload: FileFailed }
  | { id: string; kind: 'files_forgotten'; payload: FilesForgotten };

/** Downloads on their own Redis, with a folder as the storage and a list as the lane. */
export interface TestDownloads {
  redis: Redis;
  name: string;
  keys: FileKeys;
  queue: DownloadQueue;
  queues: FileQueues;
  index: FileIndex;
  /** Another deployment on the same Redis. */
  another(): Promise<TestDownloads>;
  connect(): Redis;
  /** The options of a downloader of this deployment; `fetchFile` returns the file id as content. */
  options(more?: Partial<DownloaderOptions>): DownloaderOptions;
  downloader(
    limits?: Partial<DownloadLimits>,
    more?: Partial<DownloaderOptions>,
  ): Promise<Downloader>;
  fetched(content: string, name?: string): Promise<FetchedFile>;
  /** Events in order of arrival, each id once. */
  events(): Promise<SentEvent[]>;
  /** Keys of the objects in the storage. */
  objects(): Promise<string[]>;
  /** Files that were fetched but not stored. */
  leftovers(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Short enough for a test, long enough for a busy machine. */
const testLimits: Partial<DownloadLimits> = {
  leaseMs: 5_000,
  backOffMs: 20,
  albumWaitMs: 500,
  janitorEveryMs: 3_600_000,
};

export async function startDownloads(): Promise<TestDownloads> {
  const server = await startRedisServer();
  const open: TestDownloads[] = [];
  let count = 0;
  const next = async (): Promise<TestDownloads> => {
    count += 1;
    const made = await deployment(server.url, `test${count}`, next);
    open.push(made);
    return made;
  };
  const first = await next();
  const stops = open;
  return {
    ...first,
    async stop() {
      await Promise.all(stops.map((each) => each.stop()));
      await server.stop();
    },
  };
}

async function deployment(
  url: string,
  name: string,
  another: () => Promise<TestDownloads>,
): Promise<TestDownloads> {
  const dir = await mkdtemp(join(tmpdir(), 'chatlane-downloads-'));
  const connections: Redis[] = [];
  const downloaders: Downloader[] = [];
  const connect = (): Redis => {
    const redis = connectRedis({ url, name, whenDown: 'wait' });
    connections.push(redis);
    return redis;
  };
  const redis = connect();
  await redis.ping();
  const queue = createDownloadQueue({ redis, name });
  const queues = openQueues(redis, name);
  let files = 0;

  async function fetched(content: string, called = 'file.txt'): Promise<FetchedFile> {
    files += 1;
    const path = join(dir, `fetched-${process.pid}-${files}`);
    await writeFile(path, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return { path, size: content.length, sha256, type: 'text/plain', name: called };
  }

  function options(more: Partial<DownloaderOptions> = {}): DownloaderOptions {
    return {
      redis,
      name,
      fetchFile: ({ media }) => fetched(media.fileId, media.name),
      checkStored: ({ media }) => Promise.resolve(media.name ?? 'file.txt'),
      keyOf: ({ sha256 }) => sha256,
      storage: {
        put: (key, { path }) => rename(path, join(dir, `object-${key}`)),
        delete: (key) => rm(join(dir, `object-${key}`), { force: true }),
      },
      notify: (event) => notify(redis, name, event),
      ...more,
      limits: { ...testLimits, ...more.limits },
    };
  }

  return {
    redis,
    name,
    keys: fileKeys(name),
    queue,
    queues,
    index: createFileIndex({ redis, name }),
    another,
    connect,
    options,
    async downloader(limits = {}, more = {}) {
      const made = createDownloader(options({ redis: connect(), ...more, limits }));
      downloaders.push(made);
      await made.start();
      return made;
    },
    fetched,
    async events() {
      const sent = await redis.lrange(`${name}:told`, 0, -1);
      return sent.map((json) => JSON.parse(json) as SentEvent);
    },
    async objects() {
      const names = await readdir(dir);
      return names.filter((each) => each.startsWith('object-')).map((each) => each.slice(7));
    },
    async leftovers() {
      return (await readdir(dir)).filter((each) => !each.startsWith('object-'));
    },
    async stop() {
      await Promise.all(downloaders.map((each) => each.stop(AbortSignal.timeout(1_000))));
      await queue.close();
      await queues.close();
      for (const connection of connections) connection.disconnect();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Accepts events as a lane does: once per id. */
async function notify(redis: Redis, name: string, event: InternalEvent): Promise<void> {
  const once = `if redis.call('SETNX', KEYS[1], 1) == 1 then redis.call('RPUSH', KEYS[2], ARGV[1]) end`;
  await redis.eval(once, 2, `${name}:once:${event.id}`, `${name}:told`, JSON.stringify(event));
}

let requests = 0;

/** A document of a user in their private chat, with the file's id as its content. */
export function request(
  about: Partial<Omit<DownloadRequest, 'media'>> & {
    file?: string;
    media?: Partial<MediaFile>;
  } = {},
): DownloadRequest {
  requests += 1;
  const { file = `content ${requests}`, media, ...rest } = about;
  const userId = about.userId ?? 7;
  return {
    id: `e${requests}.1`,
    address: {
      lane: `c:${userId}`,
      sessionUser: String(userId),
      chat: { id: userId, type: 'private' },
    },
    userId,
    priority: 'normal',
    processors: [],
    requestedAt: Date.now(),
    ...rest,
    media: {
      kind: 'document',
      fileId: file,
      fileUniqueId: `u-${file.replaceAll(' ', '-')}`,
      ...media,
    },
  };
}
