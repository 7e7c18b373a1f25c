import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { DownloadRequest, FileProcessed, InternalEvent } from '@chatlane/contracts';
import {
  createDownloader,
  createDownloadQueue,
  createFileIndex,
  createDerivedFiles,
  type DownloadQueue,
} from '@chatlane/downloads';
import { connectRedis, type Redis } from '@chatlane/redis';
import { createFsStorage, storageKey, type FileStorage } from '@chatlane/storage';
import { startRedisServer, until } from '@chatlane/testing';
import ts from 'typescript';
import { inspectContent } from '../fetch/content/inspect-content.js';
import { SEARCH_PATH } from '../search-path.js';
import { createProcessors, type Processors } from './processors.js';
import { createSandbox, type SandboxOptions } from './sandbox.js';
import { createWorkFolders } from './work-folders.js';

export { until };

export interface TestProcessing {
  redis: Redis;
  storage: FileStorage;
  queue: DownloadQueue;
  /** Starts a process with processors. */
  processors(sandbox?: Partial<SandboxOptions>): Promise<Processors>;
  stopProcessors(): Promise<void>;
  /** Stores a file for user 7, and starts its processors. Returns the request's id. */
  store(content: Buffer, type: string, processors: string[]): Promise<string>;
  /** The events of a request by processor; resolves when there are `count`. */
  events(request: string, count: number): Promise<Record<string, FileProcessed>>;
  /** All events in order. */
  sent: InternalEvent[];
  reports: string[];
  /** Resolves when no job is left. */
  untilIdle(): Promise<void>;
  /** Remaining work files. */
  leftovers(): Promise<string[]>;
  /** The notes that processors wrote. */
  notes(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Downloads and processors on a real Redis and a real storage, with a list as the lane. */
export async function startProcessing(module: (notes: string) => string): Promise<TestProcessing> {
  const server = await startRedisServer();
  const dir = await mkdtemp(join(tmpdir(), 'chatlane-processing-'));
  const program = await compileSandbox();
  const redis = connectRedis({ url: server.url, name: 'test', whenDown: 'wait' });
  const name = 'test';
  const storage = createFsStorage({ dir: join(dir, 'storage') });
  await storage.check();
  const notesDir = join(dir, 'notes');
  await mkdir(notesDir);
  const modulePath = join(dir, 'module.mjs');
  await writeFile(modulePath, module(notesDir));
  const workDir = join(dir, 'work');
  await mkdir(workDir);
  const sent: InternalEvent[] = [];
  const reports: string[] = [];
  const started: Processors[] = [];
  const contents = new Map<string, { content: Buffer; type: string }>();
  const keyOf = (file: { id: string; sha256: string; kind: string }) => storageKey(file, 'content');
  // Stores each id once, as a lane does.
  const notify = (event: InternalEvent) => {
    if (!sent.some(({ id }) => id === event.id)) sent.push(event);
    return Promise.resolve();
  };

  function create(sandbox: Partial<SandboxOptions> = {}): Processors {
    const made = createProcessors({
      redis,
      name,
      storage,
      index: createFileIndex({ redis, name }),
      derivedFiles: createDerivedFiles({ redis, name, storage, keyOf }),
      folders: createWorkFolders(workDir),
      sandbox: createSandbox({
        module: modulePath,
        timeoutMs: 60_000,
        maxBytes: 512 * 2 ** 20,
        searchPath: SEARCH_PATH,
        program: pathToFileURL(join(program, 'main.js')),
        ...sandbox,
      }),
      inspector: { inspect: inspectContent },
      notify,
      attempts: 2,
      backOffMs: 20,
      maxBytes: 2 ** 20,
      observer: {
        ended: (processor, outcome) => void reports.push(`${processor} ${outcome}`),
        faulted: (processor, failure, fault) =>
          void reports.push(`${processor} ${failure}: ${fault}`),
        trouble: (what, error) => void reports.push(`trouble ${what}: ${String(error)}`),
      },
      concurrency: 4,
      leaseMs: 5_000,
    });
    started.push(made);
    return made;
  }

  const adder = create();
  started.pop();
  const queue = createDownloadQueue({ redis, name });
  const downloader = createDownloader({
    redis,
    name,
    storage,
    keyOf,
    notify,
    checkStored: () => Promise.resolve('file'),
    async fetchFile({ media }) {
      const { content, type } = contents.get(media.fileId)!;
      const path = join(dir, randomUUID());
      await writeFile(path, content);
      const sha256 = createHash('sha256').update(content).digest('hex');
      return { path, size: content.length, sha256, type, name: media.name ?? 'file' };
    },
    afterStored: (request, file) => adder.add(request, file),
  });
  await downloader.start();
  let count = 0;

  const test: TestProcessing = {
    redis,
    storage,
    queue,
    sent,
    reports,
    async processors(sandbox) {
      const made = create(sandbox);
      await made.start();
      return made;
    },
    async stopProcessors() {
      await Promise.all(started.splice(0).map((each) => each.stop()));
    },
    async store(content, type, processors) {
      count += 1;
      const fileId = `file-${count}`;
      contents.set(fileId, { content, type });
      const request: DownloadRequest = {
        id: `e${count}.1`,
        address: { lane: 'c:7', sessionUser: '7', chat: { id: 7, type: 'private' } },
        userId: 7,
        media: { kind: 'document', fileId, fileUniqueId: fileId, name: `${fileId}.bin` },
        label: { asked: count },
        priority: 'normal',
        processors,
        requestedAt: Date.now(),
      };
      await queue.add('download', request);
      return request.id;
    },
    async events(request, wanted) {
      return until(() => {
        const found = sent
          .filter(({ kind }) => kind === 'file_processed')
          .map(({ payload }) => payload as FileProcessed)
          .filter((each) => each.request === request);
        if (found.length < wanted) return false;
        return Object.fromEntries(found.map((each) => [each.processor, each]));
      });
    },
    untilIdle: () =>
      until(async () => {
        const keys = await redis.keys('{test}:processing:*.*');
        return keys.length === 0;
      }).then(() => undefined),
    leftovers: () => readdir(workDir),
    notes: async () => {
      const names = (await readdir(notesDir)).sort();
      return Promise.all(names.map((each) => readFile(join(notesDir, each), 'utf8')));
    },
    async stop() {
      await downloader.stop();
      await Promise.all([adder, ...started].map((each) => each.stop()));
      await queue.close();
      redis.disconnect();
      await server.stop();
      await rm(dir, { recursive: true, force: true });
      await rm(program, { recursive: true, force: true });
    },
  };
  return test;
}

/** Compiles the current sandbox to a place where its libraries are found. */
async function compileSandbox(): Promise<string> {
  const cache = fileURLToPath(new URL('../../../../node_modules/.cache/', import.meta.url));
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'sandbox-'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const source = fileURLToPath(new URL('sandbox/', import.meta.url));
  const sources = (await readdir(source)).filter((each) => !each.endsWith('.d.ts'));
  for (const each of sources) {
    const { outputText } = ts.transpileModule(await readFile(join(source, each), 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    await writeFile(join(folder, each.replace('.ts', '.js')), outputText);
  }
  return folder;
}
