import { execFile } from 'node:child_process';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server as NetServer } from 'node:net';
import { promisify } from 'node:util';
import { startForwardProxy } from '@chatlane/testing';
import { failureOf, token } from './bot-api.testkit.js';
import { createHttpPool, type ProxyOptions } from './http-pool.js';
import { createTransport } from './transport.js';

/** A key and a self-signed certificate for 127.0.0.1. */
async function makeCertificate() {
  const { stdout } = await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=bot api'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', '-', '-out', '-'],
  ]);
  return stdout;
}

async function listen(server: NetServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

let pem: string;
let api: Server;
let apiRoot: string;
let requests: string[];

beforeAll(async () => {
  pem = await makeCertificate();
  api = createHttpsServer({ key: pem, cert: pem }, (request, response) => {
    requests.push(request.url ?? '');
    request.resume().on('end', () => response.end('{"ok":true,"result":"here"}'));
  });
  apiRoot = `https://127.0.0.1:${await listen(api)}/`;
});
beforeEach(() => void (requests = []));
afterAll(() => {
  api.closeAllConnections();
  api.close();
});

async function ask(options: { proxy?: ProxyOptions; root?: string; ca?: string | undefined }) {
  const { proxy, root = apiRoot, ca = pem } = options;
  const pool = createHttpPool({ proxy, ca: ca || undefined, connectTimeoutMs: 2_000 });
  const limits = { callTimeoutMs: 20_000, uploadTimeoutMs: 20_000 };
  const send = createTransport({ pool, apiRoot: root, token, ...limits });
  const { signal } = new AbortController();
  const turn = { signal, isHeld: () => true };
  try {
    return await send({ method: 'getMe', payload: {}, turn, signal, options: {} });
  } finally {
    await pool.destroy();
  }
}

describe('an HTTPS server', () => {
  it('is reached directly without a proxy', async () => {
    expect(await ask({})).toBe('here');
  });

  it('is rejected, with nothing sent, when its certificate is not trusted', async () => {
    const error = await failureOf(ask({ ca: '' }));
    expect(error).toMatchObject({ name: 'LostCall', maybeSent: false });
    expect(error.message).toMatch(/self-signed certificate/);
    expect(requests).toEqual([]);
  });

  it('is reached through the proxy, with user name and password', async () => {
    await using proxy = await startForwardProxy();
    const url = `http://me:p%40ss@127.0.0.1:${proxy.port}`;
    expect(await ask({ proxy: { url } })).toBe('here');
    const basic = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    expect(proxy.tunnels).toEqual([{ to: new URL(apiRoot).host, authorization: basic }]);
  });

  it.each(['127.0.0.1', 'other.example, 127.0.0.1', '*'])(
    'is reached directly when noProxy is "%s"',
    async (noProxy) => {
      await using proxy = await startForwardProxy();
      expect(await ask({ proxy: { url: proxy.url, noProxy } })).toBe('here');
      expect(proxy.tunnels).toEqual([]);
    },
  );

  it.each([407, 503, 'hang', 'close'] as const)(
    'is not reached, and nothing is sent, when the proxy responds with %s',
    async (answer) => {
      await using proxy = await startForwardProxy(answer);
      const error = await failureOf(ask({ proxy: { url: proxy.url } }));
      expect(error).toMatchObject({ name: 'LostCall', maybeSent: false });
      expect(requests).toEqual([]);
      expect(proxy.tunnels.length).toBeLessThan(3);
    },
  );

  it('is not reached when the proxy is down', async () => {
    const error = await failureOf(ask({ proxy: { url: 'http://127.0.0.1:1' } }));
    expect(error).toMatchObject({ name: 'LostCall', maybeSent: false });
    expect(error.message).toContain('ECONNREFUSED');
  });
});

describe('a local server', () => {
  it('is reached directly, regardless of the proxy and the environment', async () => {
    await using proxy = await startForwardProxy();
    const local = createHttpServer((request, response) => {
      request.resume().on('end', () => response.end('{"ok":true,"result":"local"}'));
    });
    const root = `http://127.0.0.1:${await listen(local)}/`;
    process.env['HTTP_PROXY'] = 'http://127.0.0.1:1';
    expect(await ask({ proxy: { url: proxy.url }, root })).toBe('local');
    delete process.env['HTTP_PROXY'];
    local.close();
    expect(proxy.tunnels).toEqual([]);
  });
});
