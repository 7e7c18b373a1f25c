import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createConnectionGuard } from '@chatlane/runtime';
import { createFileLinks, createFsStorage, type ReadableStorage } from '@chatlane/storage';
import { until } from '@chatlane/testing';
import { createRecorder } from '../intake.testkit.js';
import { startPublicServer, stopServer } from '../public-server.testkit.js';
import { createFilesRouter, type FilesRouterOptions } from './router.js';

const links = createFileLinks({ secret: 'hush-hush' });
const page = { key: 'id/page', name: 'Über <b>.html', type: 'text/html' };
const picture = { key: 'id/picture', name: 'a.png', type: 'image/png' };
const large = { key: 'id/large', name: 'a.bin', type: 'application/zip' };

let dir: string;
let storage: ReturnType<typeof createFsStorage>;
let observer: ReturnType<typeof createRecorder>;
let server: Server;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chatlane-files-'));
  storage = createFsStorage({ dir });
  await storage.check();
  await put(page.key, '<script>alert(1)</script>');
  await put(picture.key, '0123456789');
  await put(large.key, Buffer.alloc(30_000_000));
});

afterAll(() => rm(dir, { recursive: true, force: true }));

async function put(key: string, content: string | Buffer): Promise<void> {
  const path = join(storage.spool, 'source');
  await writeFile(path, content);
  await storage.put(key, { path }, { size: content.length, sha256: '', type: '' });
}

async function serve(
  from: ReadableStorage = storage,
  connections = 100,
  more: Partial<FilesRouterOptions> = {},
): Promise<void> {
  observer = createRecorder();
  const guard = createConnectionGuard({ most: connections });
  const given = { links, storage: from, observer, stopping: () => false, guard, ...more };
  server = await startPublicServer({ routes: [createFilesRouter(given)] }, guard);
}

afterEach(() => stopServer(server));

const at = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
const ask = (path: string, init: RequestInit = {}) =>
  fetch(at(path), { redirect: 'manual', ...init });

describe('a link to a file', () => {
  it('makes the browser save a page under its name, without running scripts', async () => {
    await serve();
    const answer = await ask(links.sign(page, 60));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('<script>alert(1)</script>');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '25',
      'content-disposition': `attachment; filename="_ber _b_.html"; filename*=UTF-8''%C3%9Cber%20%3Cb%3E.html`,
      'content-security-policy': expect.stringMatching(/default-src 'none'.*sandbox$/) as string,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'private, no-store',
    });
    await until(() => observer.events.includes('fileLink sent 25'));
  });

  it('makes the browser show a picture', async () => {
    await serve();
    const { headers } = await ask(links.sign(picture, 60));
    expect(headers.get('content-type')).toBe('image/png');
    expect(headers.get('content-disposition')).toMatch(/^inline;/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('responds to HEAD with headers only', async () => {
    await serve();
    const answer = await ask(links.sign(picture, 60), { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-length')).toBe('10');
    expect(answer.headers.get('accept-ranges')).toBe('bytes');
    expect(await answer.text()).toBe('');
  });

  it('resumes an interrupted download, unless the file is a different one', async () => {
    await serve();
    const path = links.sign(picture, 60);
    const etag = (await ask(path)).headers.get('etag') ?? '';
    const rest = await ask(path, { headers: { Range: 'bytes=7-', 'If-Range': etag } });
    expect(rest.status).toBe(206);
    expect(rest.headers.get('content-range')).toBe('bytes 7-9/10');
    expect(await rest.text()).toBe('789');
    const other = await ask(path, { headers: { Range: 'bytes=7-', 'If-Range': '"other"' } });
    expect([other.status, await other.text()]).toEqual([200, '0123456789']);
    const behind = await ask(path, { headers: { Range: 'bytes=10-' } });
    expect(behind.status).toBe(416);
    expect(behind.headers.get('content-range')).toBe('bytes */10');
  });

  it.each([
    ['forged', () => `${links.sign(picture, 60).slice(0, -4)}AAAA`, 404],
    ['forged', () => '/files/', 404],
    ['forged', () => '/files/%ff', 404],
    ['forged', () => '/files/../../etc/passwd', 404],
    ['expired', () => links.sign(picture, -1), 410],
    ['missing', () => links.sign({ ...picture, key: 'id/gone' }, 60), 404],
  ])('that is %s gets an empty response', async (outcome, path, status) => {
    await serve();
    // fetch would resolve the dot segments.
    const [answer] = (await once(get(at(''), { path: path() }), 'response')) as [
      AsyncIterable<Buffer> & { statusCode: number; headers: object },
    ];
    const body: Buffer[] = [];
    for await (const chunk of answer) body.push(chunk);
    expect(answer.statusCode).toBe(status);
    expect(Buffer.concat(body)).toHaveLength(0);
    expect(JSON.stringify(answer.headers)).not.toMatch(/a\.png|image|id\//);
    expect(observer.events).toEqual([`fileLink ${outcome}`]);
  });

  it('is read-only', async () => {
    await serve();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = await ask(links.sign(picture, 60), { method });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
    expect((await ask('/')).status).toBe(404);
    expect((await ask('/FILES/a.b')).status).toBe(404);
  });

  it('redirects to a storage that can serve files itself, for no longer than the link is valid', async () => {
    const requests: object[] = [];
    const link: ReadableStorage['link'] = async (key, options) => {
      requests.push({ key, ...options });
      return 'https://bucket.example.org/a?signature=b';
    };
    await serve({ ...storage, link });
    const answer = await ask(links.sign(picture, 60));
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe('https://bucket.example.org/a?signature=b');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    await ask(links.sign(picture, 86_400));
    const { name, type } = picture;
    expect(requests).toMatchObject([
      { name, type, expiresInSeconds: expect.any(Number) as number },
      { expiresInSeconds: 300 },
    ]);
    expect((requests[0] as { expiresInSeconds: number }).expiresInSeconds).toBeLessThanOrEqual(60);
    expect((await ask(links.sign(picture, 60), { method: 'HEAD' })).status).toBe(200);
    expect((await ask(links.sign({ ...picture, key: 'id/gone' }, 60))).status).toBe(404);
  });

  it('gets a 503 when the storage does not respond', async () => {
    await serve({ ...storage, stat: () => Promise.reject(new Error('away')) });
    const answer = await ask(links.sign(picture, 60));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(observer.events).toEqual(['fileLink unavailable']);
  });

  it('is sent completely, no matter how many connections are opened meanwhile', async () => {
    await serve(storage, 2);
    const reader = request(at(links.sign(large, 60))).end();
    const [response] = (await once(reader, 'response')) as [IncomingMessage];
    for (let others = 0; others < 8; others += 1) await ask('/elsewhere');
    expect((await buffer(response)).length).toBe(30_000_000);
  });

  it('gets at most a fifth of all slots, so that its slow readers do not block other links', async () => {
    await serve(storage, 10);
    const first = links.sign(large, 60);
    const reader = request(at(first)).end();
    await once(reader, 'response');
    expect((await ask(first)).status).toBe(503);
    expect((await ask(links.sign(large, 61), { method: 'HEAD' })).status).toBe(200);
    reader.on('error', () => undefined).destroy();
    await until(async () => (await ask(first, { method: 'HEAD' })).status === 200);
  });

  it('is disconnected when it has expired and its reader is too slow', async () => {
    await serve(storage, 2, { maxMs: () => 100 });
    const reader = request(at(links.sign(large, 1))).end();
    await once(reader, 'response');
    reader.on('error', () => undefined);
    expect((await ask(links.sign(picture, 60))).status).toBe(503);
    await until(() => observer.events.includes('fileLink cut'));
    expect((await ask(links.sign(picture, 60))).status).toBe(200);
  });

  it('frees its slot when the reader disconnects', async () => {
    let destroyed = false;
    await serve(
      {
        ...storage,
        async get(...args) {
          const opened = await storage.get(...args);
          opened?.stream.once('close', () => (destroyed = true));
          return opened;
        },
      },
      2,
    );
    const reader = request(at(links.sign(large, 60))).end();
    await once(reader, 'response');
    expect((await ask(links.sign(picture, 60))).status).toBe(503);
    reader.on('error', () => undefined).destroy();
    await until(() => destroyed);
    await until(async () => (await ask(links.sign(picture, 60))).status === 200);
    await until(() => observer.events.includes('fileLink cut'));
    expect(observer.events).toContain('fileLink busy');
  });
});
