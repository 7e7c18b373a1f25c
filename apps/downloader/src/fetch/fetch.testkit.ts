import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DownloadRequest, MediaFile } from '@chatlane/contracts';
import type { DownloadTry, FetchedFile } from '@chatlane/downloads';
import { createTelegramClient } from '@chatlane/telegram';
import { createBandwidth } from './bandwidth.js';
import { inspectContent } from './content/inspect-content.js';
import { createFindFile } from './find-file.js';
import { createFetchFile, type FetchOptions } from './fetch-file.js';
import { createQuarantine } from './scan/quarantine.js';
import { createConnections } from './source/connections.js';
import { createSpool } from './spool/spool.js';

export const token = '123456:AAsecret-TOKEN_x-as-long-as-they-are';

/** Answers one request for the file; `nth` starts at 1. */
export type ServeFile = (
  response: ServerResponse,
  request: IncomingMessage,
  nth: number,
) => void | Promise<void>;

/** The answer to getFile: a result, or an error with its code. */
export type AnswerGetFile = (nth: number) => object | { error: number; description: string };

export interface Bench {
  fetch(media?: Partial<MediaFile>, job?: Partial<DownloadTry>, id?: string): Promise<FetchedFile>;
  /** The Range headers of all requests for the file so far. */
  ranges: (string | undefined)[];
  getFiles: () => number;
  /** The names in the spool folder. */
  spooled(): Promise<string[]>;
  dir: string;
  /** The calls of the observer. */
  reports: string[];
  url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface BenchOptions {
  serve?: ServeFile;
  getFile?: AnswerGetFile;
  options?: Partial<Omit<FetchOptions, 'limits'>>;
  limits?: Partial<FetchOptions['limits']>;
}

/** A programmable Bot API server, a client, and a fetch engine with its own spool. */
export async function startBench({
  serve = (response) => void response.end(),
  getFile = () => ({ file_path: 'documents/file_1.bin' }),
  options = {},
  limits = {},
}: BenchOptions): Promise<Bench> {
  const dir = await mkdtemp(join(tmpdir(), 'chatlane-fetch-'));
  const ranges: (string | undefined)[] = [];
  const reports: string[] = [];
  let getFiles = 0;
  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    if (request.url?.endsWith('/getFile')) {
      const answer = getFile((getFiles += 1));
      const { error, ...rest } = answer as { error?: number };
      response.statusCode = error ?? 200;
      response.end(
        JSON.stringify(
          error ? { ok: false, error_code: error, ...rest } : { ok: true, result: rest },
        ),
      );
    } else {
      const nth = ranges.push(request.headers.range);
      void serve(response, request, nth);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createTelegramClient({ token, apiRoot: url, maxFloodWaitMs: 0, retryDelayMs: 1 });
  const dispatcher = createConnections();
  const spool = createSpool(join(dir, 'spool'));
  await spool.start();
  const report = (what: string) => (about?: string) =>
    void reports.push(about === undefined ? what : `${what}: ${about}`);
  const fetchFile = createFetchFile({
    findFile: createFindFile(client),
    inspect: ({ media }, path) => inspectContent(path, media.type),
    apiRoot: url,
    token,
    filesDir: undefined,
    dispatcher,
    spool,
    bandwidth: createBandwidth(0),
    types: ['*/*'],
    scan: undefined,
    quarantine: createQuarantine(undefined),
    observer: {
      bytes: () => undefined,
      resumed: report('resumed'),
      linkRenewed: report('link renewed'),
      notQuarantined: report('not quarantined'),
      infected: report('infected'),
      misconfigured: report('misconfigured'),
    },
    ...options,
    limits: { maxBytes: 50_000_000, totalMs: 120_000, idleMs: 60_000, attempts: 5, ...limits },
  });
  return {
    fetch: (media, job, id) =>
      fetchFile(requestFor(media, id), { attempt: 1, signal: never, onProgress: noop, ...job }),
    ranges,
    getFiles: () => getFiles,
    spooled: () => readdir(join(dir, 'spool')),
    dir,
    reports,
    url,
    async [Symbol.asyncDispose]() {
      client.close();
      server.closeAllConnections();
      await dispatcher.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const never = new AbortController().signal;
const noop = (): void => undefined;

export function requestFor(media: Partial<MediaFile> = {}, id = 'e-1.1'): DownloadRequest {
  return {
    id,
    address: { lane: 'c:7', chat: { id: 7, type: 'private' } },
    userId: 7,
    media: { kind: 'document', fileId: 'file', fileUniqueId: 'unique', ...media },
    priority: 'normal',
    processors: [],
    requestedAt: 1,
  };
}

/** Bytes that are neither a known type nor text. */
export function someBytes(length: number): Buffer {
  return Buffer.concat([Buffer.from([1, 2, 3, 4]), randomBytes(length)]).subarray(0, length);
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Serves from the requested Range, as Telegram's own servers do. */
export function whole(content: Buffer, { etag = '"v1"' } = {}): ServeFile {
  return (response, request) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? -1);
    if (from < 0 || (request.headers['if-range'] ?? etag) !== etag) {
      response.writeHead(200, { 'content-length': content.length, etag }).end(content);
      return;
    }
    response.writeHead(206, {
      'content-length': content.length - from,
      'content-range': `bytes ${from}-${content.length - 1}/${content.length}`,
      etag,
    });
    response.end(content.subarray(from));
  };
}

/** Announces the whole file, sends the first bytes and breaks the connection. */
export function cutAfter(content: Buffer, bytes: number): ServeFile {
  return (response) => {
    response.writeHead(200, { 'content-length': content.length, etag: '"v1"' });
    response.write(content.subarray(0, bytes), () =>
      setTimeout(() => response.socket?.destroy(), 20),
    );
  };
}

/** The error that a promise rejects with. */
export async function failureOf(
  promise: Promise<unknown>,
): Promise<Error & { reason?: string; mostBytes?: number }> {
  return promise.then(
    () => Promise.reject(new Error('expected a rejection')),
    (error: unknown) => error as Error,
  );
}

export async function contentOf({ path }: FetchedFile): Promise<Buffer> {
  return readFile(path);
}
