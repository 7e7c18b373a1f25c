import { createServer, type Server } from 'node:http';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import {
  DownloadHandedBack,
  DownloadRefused,
  InspectionStopped,
  RetryLater,
} from '@chatlane/contracts';
import type { FindFile } from '../fetch/find-file.js';
import { failureOf, requestFor, sha256, someBytes, token } from '../fetch/fetch.testkit.js';
import { inspectContent } from '../fetch/content/inspect-content.js';
import type { Inspector } from '../inspecting/inspector.js';
import type { EngineSettings } from './engine.js';
import { createFetchThread, type FetchThread } from './fetch-thread.js';
import { watchThread } from './watch-thread.js';
import { serveFetches } from './serve-fetches.js';

const content = someBytes(3_000_000);
const never = new AbortController().signal;
const found: FindFile = () => Promise.resolve({ filePath: 'file', size: content.length });

let dir: string;
let server: Server;
let reports: [string, unknown][];
let threads: FetchThread[];
let inspector: Inspector;
let ports: MessagePort[];
/** Whether the server stops after the first million bytes. */
let halts = false;

beforeAll(async () => {
  server = createServer((_, response) => {
    response.writeHead(200, { 'content-length': content.length, etag: '"1"' });
    if (halts) response.write(content.subarray(0, 1_000_000));
    else response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chatlane-thread-'));
  reports = [];
  threads = [];
  ports = [];
  inspector = { inspect: inspectContent, stop: () => Promise.resolve() };
  halts = false;
});
afterEach(async () => {
  await Promise.all(threads.map((thread) => thread.stop()));
  await rm(dir, { recursive: true, force: true });
});

/** Messages are cloned as between threads. The system tests cover the start of the real thread. */
async function start(
  findFile: FindFile = found,
  settings: Partial<EngineSettings> = {},
): Promise<FetchThread> {
  const report =
    (what: string) =>
    (about?: unknown): void =>
      void reports.push([what, about]);
  const thread = createFetchThread({
    settings: {
      apiRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      token,
      filesDir: undefined,
      spoolDir: join(dir, 'spool'),
      bytesPerSecond: 0,
      limits: { maxBytes: 50_000_000, totalMs: 120_000, idleMs: 60_000, attempts: 5 },
      types: ['*/*'],
      scan: {
        command: undefined,
        clamAvAddress: undefined,
        timeoutMs: 60_000,
        quarantineDir: undefined,
      },
      ...settings,
    },
    findFile,
    inspector,
    observer: {
      bytes: report('bytes'),
      resumed: report('resumed'),
      linkRenewed: report('link renewed'),
      notQuarantined: report('not quarantined'),
      infected: report('infected'),
      misconfigured: report('misconfigured'),
    },
    open(opened) {
      const { port1, port2 } = new MessageChannel();
      ports.push(port2);
      serveFetches(port2, structuredClone(opened));
      return Object.assign(port1, {
        terminate: () => Promise.resolve(port1.close()),
      });
    },
  });
  threads.push(thread);
  await thread.start();
  return thread;
}

const job = { attempt: 1, signal: never, onProgress: () => undefined };

describe('createFetchThread', () => {
  it('returns the file, and reports every byte', async () => {
    const thread = await start();
    const progress: [number, number | undefined][] = [];
    const fetched = await thread.fetchFile(requestFor({ name: 'a.bin' }), {
      ...job,
      onProgress: (received, size) => progress.push([received, size]),
    });
    expect(fetched).toMatchObject({ size: content.length, sha256: sha256(content), name: 'a.bin' });
    expect(sha256(await readFile(fetched.path))).toBe(fetched.sha256);
    expect(progress[0]).toEqual([expect.any(Number), content.length]);
    const bytes = reports.reduce(
      (sum, [what, count]) => sum + (what === 'bytes' ? Number(count) : 0),
      0,
    );
    expect(bytes).toBe(content.length);
  });

  it('keeps two fetches of one request apart', async () => {
    const thread = await start();
    const [one, other] = await Promise.all([
      thread.fetchFile(requestFor({}, 'a'), job),
      thread.fetchFile(requestFor({}, 'b'), job),
    ]);
    expect(one.path).not.toBe(other.path);
    expect(one.sha256).toBe(other.sha256);
  });

  it.each<[string, Error]>([
    ['a refusal', new DownloadRefused('too-big', 20)],
    ['a wait', new RetryLater(3_000)],
    ['a fault', Object.assign(new Error('away'), { name: 'RetryError', code: 'ECONNRESET' })],
  ])('forwards the error of getFile: %s', async (_, error) => {
    const thread = await start(() => Promise.reject(error));
    const failure = await failureOf(thread.fetchFile(requestFor(), job));
    expect(failure).toEqual(error);
    expect(failure).toMatchObject({ ...error, name: error.name });
    expect(failure.constructor).toBe(error.constructor);
  });

  it("calls getFile with the download's signal, and says when the outcome is decisive", async () => {
    const calls: [boolean, AbortSignal][] = [];
    const thread = await start((_, { isDecisive, signal }) => {
      calls.push([isDecisive, signal]);
      return Promise.resolve({ filePath: 'file' });
    });
    const { signal } = new AbortController();
    await thread.fetchFile(requestFor(), { ...job, attempt: 4, signal });
    expect(calls).toEqual([[true, signal]]);
  });

  it('forwards the reason of a refusal', async () => {
    const thread = await start(found, { types: ['image/*'] });
    const failure = await failureOf(thread.fetchFile(requestFor(), job));
    expect(failure).toEqual(new DownloadRefused('type-refused'));
  });

  it('can stop a fetch, and keeps what the next attempt resumes from', async () => {
    halts = true;
    const thread = await start();
    const stop = new AbortController();
    const fetching = failureOf(
      thread.fetchFile(requestFor(), {
        ...job,
        signal: stop.signal,
        onProgress: () => stop.abort(new DownloadHandedBack()),
      }),
    );
    expect(await fetching).toBeInstanceOf(DownloadHandedBack);
    expect(
      (await readdir(join(dir, 'spool'))).filter((name) => name.endsWith('.json')),
    ).toHaveLength(1);
  });

  it('can stop a fetch before it starts', async () => {
    const thread = await start();
    const signal = AbortSignal.abort(new Error('forgotten'));
    const failure = await failureOf(thread.fetchFile(requestFor(), { ...job, signal }));
    expect(failure.message).toBe('forgotten');
  });

  it('does not start without the folder of a local server', async () => {
    const { message } = await failureOf(start(found, { filesDir: join(dir, 'none') }));
    expect(message).toContain('TELEGRAM_FILES_DIR');
  });

  it('forwards a stopped inspection, which the download counts', async () => {
    inspector.inspect = () => Promise.reject(new InspectionStopped());
    const thread = await start();
    let counted = 0;
    const inspecting = <T>(inspect: () => Promise<T>): Promise<T> => {
      counted += 1;
      return inspect();
    };
    const failure = await failureOf(thread.fetchFile(requestFor(), { ...job, inspecting }));
    expect(failure).toBeInstanceOf(InspectionStopped);
    expect(counted).toBe(1);
  });

  it('reports whether the thread answers', async () => {
    const thread = await start();
    expect(await thread.answers()).toBe(true);
    ports[0]!.removeAllListeners('message');
    expect(await thread.answers()).toBe(false);
  });

  it('throws when the thread has not answered twelve times in a row', async () => {
    const answers = [...Array.from({ length: 11 }, () => false), true];
    let calls = 0;
    await new Promise<void>((resolve) => {
      const end = watchThread(
        () => Promise.resolve(answers[calls++] ?? false),
        () => {
          end();
          resolve();
        },
        1,
      );
    });
    expect(calls).toBe(24);
  });
});
