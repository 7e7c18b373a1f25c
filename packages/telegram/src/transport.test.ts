import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@chatlane/testing';
import { failureOf, ok, startBotApi, startClient, token } from './bot-api.testkit.js';
import { createHttpPool } from './http-pool.js';
import { createTelegramClient } from './client.js';
import { createTransport } from './transport.js';

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe('the transport', () => {
  it('omits null fields from the JSON', async () => {
    await using test = await startClient();
    const extra = { reply_parameters: { message_id: 7 }, message_thread_id: null };
    await test.telegram.callApi('sendMessage', { chat_id: 42, text: 'é', ...extra } as never);
    expect(test.api.requests[0]?.body).toEqual({
      chat_id: 42,
      text: 'é',
      reply_parameters: { message_id: 7 },
    });
  });

  it.each(['', '/deep/prefix', '/deep/prefix/'])(
    'calls a local server under "%s"',
    async (prefix) => {
      const paths: (string | undefined)[] = [];
      const server = createHttpServer((request, response) => {
        paths.push(request.url);
        request.resume().on('end', () => response.end('{"ok":true,"result":true}'));
      });
      const apiRoot = `http://127.0.0.1:${await listen(server)}${prefix}`;
      const client = createTelegramClient({ token, apiRoot });
      await client.telegram.callApi('getMe', {});
      await client.telegram.callApi('../x?y' as 'getMe', {});
      client.close();
      server.close();
      const folder = prefix.replace(/\/$/, '');
      expect(paths).toEqual([`${folder}/bot${token}/getMe`, `${folder}/bot${token}/..%2Fx%3Fy`]);
    },
  );

  it('makes a hundred calls concurrently, and reuses their connections', async () => {
    let letAnswer: (() => void) | undefined;
    const allHere = new Promise<void>((resolve) => (letAnswer = resolve));
    await using test = await startClient(async (_, index) => {
      if (index >= 99) letAnswer?.();
      await allHere;
      return ok;
    });
    const hundred = () =>
      Promise.all(Array.from({ length: 100 }, (_, user) => test.telegram.sendMessage(user, 'hi')));
    for (let round = 0; round < 5; round++) await hundred();
    const connections = new Set(test.api.requests.map(({ connection }) => connection));
    expect(test.api.requests).toHaveLength(500);
    expect(connections.size).toBeLessThan(257);
  });

  it('loses no call when the server closes idle connections', async () => {
    const sockets = new Set<Socket>();
    const server = createHttpServer((request, response) => {
      request.resume().on('end', () => response.end('{"ok":true,"result":true}'));
    });
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    const apiRoot = `http://127.0.0.1:${await listen(server)}`;
    const client = createTelegramClient({ token, apiRoot, attempts: 1 });
    for (let call = 0; call < 20; call++) {
      await client.telegram.sendMessage(42, 'hi');
      // The next call may start before or after the client has noticed that the connection is closed.
      server.closeIdleConnections();
      await until(() => sockets.size === 0);
      if (call % 2 === 0) await sleep(5);
    }
    client.close();
    server.close();
  });

  it('aborts the request itself when the turn ends', async () => {
    await using test = await startClient(() => 'hang');
    const call = failureOf(test.telegram.sendMessage(42, 'hi'));
    await test.api.until(1);
    test.cancel.abort();
    await call;
    await until(async () => (await test.api.connections()) === 0);
  });

  it('aborts the request itself at the time limit, and when the caller aborts', async () => {
    await using test = await startClient(() => 'hang', { callTimeoutMs: 50 });
    const late = await failureOf(test.telegram.sendMessage(42, 'hi'));
    expect(late).toMatchObject({ maybeSent: true, description: 'no response within 50 ms' });
    await until(async () => (await test.api.connections()) === 0);
    const given = AbortSignal.abort(new Error('no longer wanted'));
    const stopped = test.telegram.callApi('getMe', {}, { signal: given });
    await expect(stopped).rejects.toThrow('no longer wanted');
  });
});

describe('a call without a connection', () => {
  const payload = { chat_id: 42, text: 'hi' };
  const never = new AbortController().signal;
  const turn = { signal: never, isHeld: () => true };

  async function failureAt(apiRoot: string, callTimeoutMs = 60_000) {
    const pool = createHttpPool({ connectTimeoutMs: 50 });
    const send = createTransport({ pool, apiRoot, token, callTimeoutMs, uploadTimeoutMs: 60_000 });
    const call = { method: 'sendMessage', payload, turn, signal: never, options: {} };
    const error = await failureOf(send(call));
    await pool.destroy();
    return error;
  }

  it.each([
    ['the server is down', 'http://127.0.0.1:1/'],
    ['the host name is unknown', 'http://bot-api.invalid/'],
    ['no address of the host responds', 'http://localhost:1/'],
  ])('was not sent when %s', async (_, apiRoot) => {
    const error = await failureAt(apiRoot);
    expect(error).toMatchObject({ name: 'LostCall', maybeSent: false });
    expect(error.message).toMatch(/ECONNREFUSED|ENOTFOUND|EAI_AGAIN/);
  });

  it.each([
    ['the connection takes too long to open', 60_000, /onnect.*imeout/],
    ['the time limit passes before it is open', 10, /^no response within 10 ms$/],
  ])('was not sent when %s', async (_, callTimeoutMs, message) => {
    const sockets: Socket[] = [];
    // It accepts connections, but never starts TLS.
    const server = createServer((socket) => void sockets.push(socket));
    const error = await failureAt(`https://127.0.0.1:${await listen(server)}/`, callTimeoutMs);
    for (const socket of sockets) socket.destroy();
    server.close();
    expect(error).toMatchObject({ name: 'LostCall', maybeSent: false });
    expect(error.message).toMatch(message);
  });

  it('was not sent when the server does not speak TLS', async () => {
    const api = await startBotApi();
    const error = await failureAt(`${api.url.replace('http:', 'https:')}/`);
    await api.stop();
    expect(error).toMatchObject({ name: 'LostCall', maybeSent: false });
  });
});
