import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startForwardProxy } from '@chatlane/testing';
import type { Dispatcher } from 'undici';
import { createConnections } from './connections.js';
import { httpGet, type Answer } from './http-get.js';

const content = randomBytes(8_000_000);

let server: Server;
let connections: Dispatcher;

afterEach(async () => {
  await connections.destroy();
  server.close();
});

/** A server with a raw response, sent once a request has arrived. */
async function serve(
  answer: (socket: Socket) => unknown,
  start: (onSocket: (socket: Socket) => void) => Server = createServer,
): Promise<URL> {
  server = start((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => void answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

interface Taken {
  answer: Answer;
  content: Buffer;
  /** The buffers of all chunks above some size. */
  buffers: Set<ArrayBufferLike>;
}

async function take(url: URL, wait?: (chunk: number) => Promise<void> | undefined): Promise<Taken> {
  const parts: Buffer[] = [];
  const buffers = new Set<ArrayBufferLike>();
  let answer: Answer | undefined;
  await httpGet({
    url,
    dispatcher: connections,
    headers: {},
    idleMs: 60_000,
    signal: new AbortController().signal,
    onAnswer(given) {
      answer = given;
      return (chunk) => {
        parts.push(Buffer.from(chunk));
        if (chunk.length > 10_000) buffers.add(chunk.buffer);
        return wait?.(parts.length);
      };
    },
  });
  return { answer: answer!, content: Buffer.concat(parts), buffers };
}

const head = (length: number, etag = '"v1"'): string =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\netag: ${etag}\r\n\r\n`;

function sendAll(socket: Socket): void {
  socket.write(head(content.length));
  socket.write(content);
}

describe('connections', () => {
  it('deliver all bytes in order, through two buffers', async () => {
    connections = createConnections();
    const url = await serve(sendAll);
    const taken = await take(url);
    expect(taken.content.equals(content)).toBe(true);
    expect(taken.buffers.size).toBeLessThanOrEqual(2);
  });

  it('do not overwrite waiting bytes of a paused reader, or of several readers', async () => {
    connections = createConnections();
    const url = await serve(sendAll);
    const pause = (chunk: number): Promise<void> | undefined => {
      if (chunk % 3 === 0) return undefined;
      return chunk % 2 === 0 ? setImmediate() : sleep(2);
    };
    const all = await Promise.all([take(url, pause), take(url), take(url, pause)]);
    for (const taken of all) expect(taken.content.equals(content)).toBe(true);
  });

  it('keep a response head that arrives in parts', async () => {
    connections = createConnections();
    const etag = `"${'v'.repeat(3_000)}"`;
    const whole = Buffer.from(head(content.length, etag));
    const url = await serve(async (socket) => {
      socket.setNoDelay(true);
      for (let at = 0; at < whole.length; at += 1_000) {
        socket.write(whole.subarray(at, at + 1_000));
        await sleep(10);
      }
      socket.write(content);
    });
    const taken = await take(url);
    expect(taken.answer.headers['etag']).toBe(etag);
    expect(taken.content.equals(content)).toBe(true);
  });

  it('do not overwrite what a paused parser has unshifted', async () => {
    connections = createConnections();
    const parts: Buffer[] = [];
    for (let at = 0; at < content.length; at += 7_001) {
      const part = content.subarray(at, at + 7_001);
      parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
    }
    const url = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      socket.write(Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]));
    });
    const taken = await take(url, (chunk) => (chunk % 50 === 0 ? sleep(2) : undefined));
    expect(taken.content.equals(content)).toBe(true);
  });

  it('work over TLS and through a proxy, and reject untrusted certificates', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'chatlane-tls-'));
    const cert = join(dir, 'cert.pem');
    const key = join(dir, 'key.pem');
    const about = [
      '-subj',
      '/CN=127.0.0.1',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-days',
      '2',
    ];
    const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert];
    await promisify(execFile)('openssl', ['req', '-x509', ...made, ...about]);
    const own = { cert: await readFile(cert), key: await readFile(key) };
    await rm(dir, { recursive: true });

    const url = await serve(sendAll, (onSocket) => createTlsServer(own, onSocket));
    url.protocol = 'https:';
    connections = createConnections({ ca: own.cert });
    const taken = await take(url);
    expect(taken.content.equals(content)).toBe(true);
    expect(taken.buffers.size).toBeLessThanOrEqual(2);
    await connections.destroy();

    await using proxy = await startForwardProxy();
    connections = createConnections({
      ca: String(own.cert),
      proxy: { url: proxy.url, noProxy: '' },
    });
    expect((await take(url)).content.equals(content)).toBe(true);
    expect(proxy.tunnels).toMatchObject([{ to: url.host }]);
    await connections.destroy();
    connections = createConnections();
    await expect(take(url)).rejects.toThrow('CERT');
  });
});
