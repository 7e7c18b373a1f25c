import { request, type IncomingMessage, type Server } from 'node:http';
import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { readUpdateBody } from '@chatlane/contracts';
import { createConnectionGuard } from '@chatlane/runtime';
import supertest from 'supertest';
import { until } from '@chatlane/testing';
import { createMemoryIntake, createRecorder, type MemoryIntake } from '../intake.testkit.js';
import { createStore } from '../store.js';
import { startPublicServer, stopServer } from '../public-server.testkit.js';
import { createWebhook } from './webhook.js';

const secret = 'hush-hush';
const message = { update_id: 7, message: { chat: { id: 5 }, from: { id: 5 }, text: 'hi' } };

let intake: MemoryIntake;
let observer: ReturnType<typeof createRecorder>;
let server: Server;
let stopping: boolean;

beforeEach(async () => {
  intake = createMemoryIntake();
  observer = createRecorder();
  stopping = false;
  const guard = createConnectionGuard({ most: 8 });
  const webhook = createWebhook({
    path: '/hook',
    secret,
    read: (raw) => readUpdateBody(raw),
    store: createStore({ intake, timeoutMs: 2_000, source: 'webhook', observer }),
    observer,
    guard,
    stopping: () => stopping,
  });
  server = await startPublicServer({ endpoints: [webhook] }, guard);
});

afterEach(() => stopServer(server));

interface Call {
  method?: 'get' | 'post' | 'put' | 'delete' | 'options' | 'head';
  path?: string;
  headers?: Record<string, string>;
}

async function call(
  body: Buffer | string,
  { method = 'post', path = '/hook', headers }: Call = {},
) {
  return supertest(server)
    [method](path)
    .set({ 'X-Telegram-Bot-Api-Secret-Token': secret, ...headers })
    .type(typeof body === 'string' ? 'application/json' : 'application/octet-stream')
    .send(body);
}

const post = (body: unknown, options?: Call) => call(JSON.stringify(body), options);

describe('a webhook request', () => {
  it('gets an empty 200 once its update is stored, with the bytes unchanged', async () => {
    const body = `{"update_id":7,\n"message":{"chat":{"id":5},"text":"\\u043f \\ud83d\\ude00"}}`;
    const { status, headers, text } = await call(body);
    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(headers['x-powered-by']).toBeUndefined();
    expect(intake.pushed.map(({ raw }) => raw.toString())).toEqual([body]);
    expect(intake.pushed[0]?.update).toMatchObject({ updateId: 7, lane: 'c:5' });
    expect(observer.events).toEqual(['stored webhook stored']);
  });

  it('gets no response before the push is confirmed', async () => {
    const push = new EventEmitter();
    intake.behaviour = async () => {
      await once(push, 'confirmed');
    };
    let answered = false;
    const waiting = post(message).then(({ status }) => {
      answered = true;
      return status;
    });
    await until(() => push.listenerCount('confirmed') === 1);
    // A response to the first request would arrive before that to a later one.
    expect((await call('', { method: 'get' })).status).toBe(405);
    expect(answered).toBe(false);
    push.emit('confirmed');
    expect(await waiting).toBe(200);
  });

  it('may be repeated: the duplicate is acknowledged and counted', async () => {
    await post(message);
    expect((await post(message)).status).toBe(200);
    expect(observer.events).toEqual(['stored webhook stored', 'stored webhook duplicate']);
  });

  it('is to be repeated in 1 to 5 s when Redis rejects it, even if it would be parked', async () => {
    intake.behaviour = () => Promise.reject(new Error('connection lost'));
    for (const body of [JSON.stringify(message), 'no JSON']) {
      const { status, headers, text } = await call(body);
      expect({ status, text }).toEqual({ status: 503, text: '' });
      expect(headers['retry-after']).toMatch(/^[1-5]$/);
    }
    intake.behaviour = () => Promise.resolve();
    expect((await post(message)).status).toBe(200);
    expect(observer.events).toEqual([
      'notStored webhook unavailable',
      'notStored webhook unavailable',
      'stored webhook stored',
    ]);
  });

  it('is to be repeated, with 429 when its lane is full and 503 when Redis is full', async () => {
    intake.behaviour = (update) =>
      Promise.resolve(update?.updateId === 7 ? 'lane-full' : 'memory-full');
    const answers = [await post(message), await post({ ...message, update_id: 8 })];
    expect(answers.map(({ status }) => status)).toEqual([429, 503]);
    for (const { headers } of answers) expect(headers['retry-after']).toMatch(/^[1-5]$/);
    expect(observer.events).toEqual([
      'notStored webhook lane-full',
      'notStored webhook memory-full',
    ]);
  });

  it('is to be repeated when Redis does not confirm in time', async () => {
    intake.behaviour = () => new Promise(() => undefined);
    expect((await post(message)).status).toBe(503);
  });

  it('is acknowledged and parked when it is not an update', async () => {
    for (const body of ['', '{"update_id":', '[]', '{"update_id":"7"}', 'null']) {
      expect((await call(body)).status).toBe(200);
    }
    expect(intake.parked.map(({ raw, reason }) => `${reason}: ${raw.toString()}`)).toEqual([
      'not JSON: ',
      'not JSON: {"update_id":',
      'not an update: []',
      'not an update: {"update_id":"7"}',
      'not an update: null',
    ]);
    expect(intake.pushed).toEqual([]);
  });

  it('is acknowledged and parked when it is nested too deeply to be an update', async () => {
    const body = `{"update_id":7,"message":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect((await call(body)).status).toBe(200);
    expect(intake.parked.map(({ raw, reason }) => [reason, raw.toString() === body])).toEqual([
      ['nested too deeply', true],
    ]);
    expect(intake.pushed).toEqual([]);
    expect((await call('['.repeat(1024 * 1024))).status).toBe(200);
  });

  it('may begin with a byte order mark, which is not stored', async () => {
    expect((await call(`\ufeff${JSON.stringify(message)}`)).status).toBe(200);
    expect(intake.parked).toEqual([]);
    expect(intake.pushed[0]?.raw.toString()).toBe(JSON.stringify(message));
  });

  it('is stored byte for byte, even if it is not UTF-8', async () => {
    const body = Buffer.concat([
      Buffer.from('{"update_id":8,"callback_query":{"from":{"id":5},"data":"'),
      Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80]),
      Buffer.from('"}}'),
    ]);
    expect((await call(body)).status).toBe(200);
    expect(intake.pushed[0]?.update.lane).toBe('c:5');
    expect(intake.pushed[0]?.raw.equals(body)).toBe(true);
  });

  it('may be larger than 512 KiB, but not larger than 1 MiB', async () => {
    const sized = (bytes: number) => {
      const empty = JSON.stringify({ ...message, padding: '' }).length;
      return { ...message, padding: 'x'.repeat(bytes - empty) };
    };
    expect((await post(sized(1024 * 1024))).status).toBe(200);
    expect((await post(sized(1024 * 1024 + 1))).status).toBe(413);
    expect(intake.pushed[0]?.raw.length).toBe(1024 * 1024);
    expect(observer.events).toEqual(['stored webhook stored', 'refused too_large']);
  });

  it('is rejected with a wrong or missing secret of any length', async () => {
    for (const wrong of ['', 'x', 'hush-hush ', 'hush-hus', 'HUSH-HUSH', `${secret}${secret}`]) {
      const headers = { 'X-Telegram-Bot-Api-Secret-Token': wrong };
      const expected = wrong.trim() === secret ? 200 : 401;
      expect([wrong, (await post(message, { headers })).status]).toEqual([wrong, expected]);
    }
    expect(observer.events.filter((line) => line === 'refused wrong_secret')).toHaveLength(5);
  });

  it('is rejected with a wrong secret before its body is read', async () => {
    const { port } = server.address() as AddressInfo;
    const sent = request({
      port,
      method: 'POST',
      path: '/hook',
      headers: { 'Content-Length': 100_000 },
    });
    sent.on('error', () => undefined);
    sent.flushHeaders();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(401);
    // Otherwise it would occupy a connection for as long as its body takes.
    await once(sent, 'close');
  });

  it('must be a POST to exactly the path', async () => {
    const get = await call('', { method: 'get' });
    expect(get).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    for (const method of ['put', 'delete', 'options', 'head'] as const) {
      expect((await call('', { method })).status).toBe(405);
    }
    for (const path of ['/', '/hook/', '/Hook', '/hook/more', '/metrics']) {
      expect((await post(message, { path })).status).toBe(404);
    }
    expect((await post(message, { path: '/hook?source=telegram' })).status).toBe(200);
    expect(intake.pushed).toHaveLength(1);
  });

  it('may be compressed by a proxy, within the same size limit', async () => {
    const headers = { 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' };
    const sent = (text: string) => call(gzipSync(text), { headers });
    expect((await sent(JSON.stringify(message))).status).toBe(200);
    expect(intake.pushed[0]?.raw.toString()).toBe(JSON.stringify(message));
    expect((await sent(' '.repeat(1024 * 1024 + 1))).status).toBe(413);
    expect((await call('no gzip', { headers })).status).toBe(400);
    expect(observer.events.slice(1)).toEqual(['refused too_large', 'refused unreadable']);
  });

  it('may arrive in chunks, and is not stored when the last one is missing', async () => {
    const { port } = server.address() as AddressInfo;
    const text = JSON.stringify({ ...message, padding: 'x'.repeat(100_000) });
    const send = (length: number) => {
      const headers = { 'X-Telegram-Bot-Api-Secret-Token': secret, 'Content-Length': length };
      const sent = request({ port, method: 'POST', path: '/hook', headers });
      sent.on('error', () => undefined);
      sent.write(text.slice(0, 50_000));
      return sent;
    };
    const cut = send(text.length);
    await once(server, 'request');
    cut.destroy();
    await until(() => observer.events.includes('refused unreadable'));
    const whole = send(text.length);
    await once(server, 'request');
    whole.end(text.slice(50_000));
    const [response] = (await once(whole, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    expect(intake.pushed.map(({ raw }) => raw.toString() === text)).toEqual([true]);
    response.destroy();
  });

  it('is rejected in an unknown encoding', async () => {
    const headers = { 'Content-Encoding': 'zstd-of-the-future' };
    expect((await post(message, { headers })).status).toBe(415);
    expect(observer.events).toEqual(['refused unreadable']);
  });

  it('closes its connection when the process is stopping', async () => {
    stopping = true;
    const { status, headers } = await post(message);
    expect({ status, connection: headers['connection'] }).toEqual({
      status: 200,
      connection: 'close',
    });
  });
});
