import { startTestSimulator, type TestSimulator } from '../simulator.testkit.js';
import { download, hashOf, pathOf, sendGenerated } from './file.testkit.js';

const size = 300_000;
let playground: TestSimulator;
let file_id: string;
let path: string;

beforeAll(async () => {
  playground = await startTestSimulator({ timeScale: 20 });
  file_id = await sendGenerated(playground, { size });
  path = await pathOf(playground, file_id);
});
afterAll(() => playground.stop());
afterEach(() => fetch(`${playground.url}/play/faults`, { method: 'DELETE' }));

/** Downloads the file under a fault that applies once. */
async function under(kind: string, fault: object = {}): Promise<Response> {
  await playground.post('faults', { kind, count: 1, ...fault });
  return download(playground, path);
}

/** Reads until the server goes silent or `limit` bytes have arrived. */
async function read(response: Response, limit = Infinity): Promise<number> {
  let bytes = 0;
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes >= limit) break;
  }
  return bytes;
}

describe('a download fault', () => {
  it('applies once, to the file that it targets', async () => {
    await playground.post('faults', { kind: 'file-status', file_id: 'another' });
    expect((await download(playground, path)).status).toBe(200);
    expect((await under('file-status', { file_id })).status).toBe(404);
    expect(await hashOf(await download(playground, path))).toMatchObject({ bytes: size });
  });

  it('file-status: answers with the given status', async () => {
    expect((await under('file-status', { status: 401 })).status).toBe(401);
    const flood = await under('file-status', { status: 429, retryAfter: 3 });
    expect([flood.status, flood.headers.get('retry-after')]).toEqual([429, '3']);
  });

  it('file-expire: invalidates the path until getFile is called again', async () => {
    expect((await under('file-expire')).status).toBe(404);
    expect((await download(playground, path)).status).toBe(404);
    expect(await pathOf(playground, file_id)).toBe(path);
    expect((await download(playground, path)).status).toBe(200);
  });

  it('file-redirect: redirects to an address of a private network by default', async () => {
    const response = await under('file-redirect');
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toMatch(/^http:\/\/169\.254\.169\.254\//);
    const location = 'http://127.0.0.1:1/';
    expect((await under('file-redirect', { location })).headers.get('location')).toBe(location);
  });

  it('file-cut: breaks the connection halfway', async () => {
    const response = await under('file-cut', { bytes: 1_000 });
    expect(response.headers.get('content-length')).toBe(String(size));
    await expect(read(response)).rejects.toThrow();
  });

  it('file-cut: breaks the connection halfway through a range too', async () => {
    await playground.post('ranges', { served: true });
    await playground.post('faults', { kind: 'file-cut', bytes: 1_000, count: 1 });
    const response = await download(playground, path, { headers: { range: 'bytes=5-' } });
    expect(response.headers.get('content-range')).toBe(`bytes 5-${size - 1}/${size}`);
    await expect(read(response)).rejects.toThrow();
    await playground.post('ranges', { served: false });
  });

  it('file-stall: stops sending but keeps the connection open', async () => {
    const response = await under('file-stall', { bytes: 1_000 });
    expect(await read(response, 1_000)).toBe(1_000);
  });

  it('file-drip: sends slowly', async () => {
    const response = await under('file-drip', { bytes: 200 });
    expect(await read(response, 60)).toBeLessThan(size);
  });

  it.each([
    [-1, size - 1],
    [7, size + 7],
    [1 - size, 1],
  ])('file-length: sends %d bytes more than getFile declared', async (bytes, length) => {
    const response = await under('file-length', { bytes });
    expect(response.headers.get('content-length')).toBeNull();
    expect(await read(response)).toBe(length);
  });

  it('file-endless: never stops sending', async () => {
    expect(await read(await under('file-endless'), 5 * size)).toBeGreaterThanOrEqual(5 * size);
  });

  it('file-unavailable: makes getFile fail', async () => {
    await playground.post('faults', { kind: 'file-unavailable', count: 1 });
    const answer = await playground.api('getFile', { file_id });
    expect(answer.description).toBe(
      'Bad Request: wrong file_id or the file is temporarily unavailable',
    );
    expect((await playground.api('getFile', { file_id })).ok).toBe(true);
  });
});
