import { setTimeout as sleep } from 'node:timers/promises';
import { connectRedis, type Redis } from '@chatlane/redis';
import { freePort } from '@chatlane/processes';
import { startRedisServer, until, type RedisServer } from '@chatlane/testing';
import {
  failureOf,
  messageContext,
  ok,
  startBotApi,
  startClient,
  token,
} from '../bot-api.testkit.js';
import { RetryError, TelegramAwayError } from '../errors.js';
import { createPauses } from '../pauses/create-pauses.js';
import type { Pauses } from '../pauses/pauses.js';
import { createTelegramClient, type OutageSettings, type TelegramClient } from '../client.js';

let server: RedisServer;
const connections: Redis[] = [];
/** Stopped after each test, even if it failed. */
const open: (() => unknown)[] = [];
const pausesOfTest: Pauses[] = [];

beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());
afterEach(async () => {
  for (const stop of open.splice(0)) await stop();
  for (const pauses of pausesOfTest.splice(0)) pauses.stop();
  for (const redis of connections.splice(0)) redis.disconnect();
});

const startServer: typeof startBotApi = async (...args) => {
  const api = await startBotApi(...args);
  open.push(() => api.stop());
  return api;
};

/** The pauses of one process of the deployment. */
async function startPauses(name: string): Promise<Pauses> {
  const redis = connectRedis({ url: server.url, name: 'test', whenDown: 'fail-fast' });
  connections.push(redis);
  await until(() => redis.status === 'ready');
  const pauses = createPauses({ redis, name });
  await pauses.start();
  pausesOfTest.push(pauses);
  return pauses;
}

const quick = { minProbeIntervalMs: 20, maxProbeIntervalMs: 100 };

/** A client that has reached Telegram; while `failure` is set, calls fail with that status. */
async function startReachable(settings: Partial<OutageSettings> = {}) {
  const telegram: { failure: number | undefined } = { failure: undefined };
  const answer = () => (telegram.failure === undefined ? ok : { error: telegram.failure });
  const outage = { pauses: createPauses({ name: 'alone' }), ...quick, ...settings };
  const test = await startClient(answer, { outage });
  test.client.outage!.start();
  return Object.assign(test, { world: telegram, outage: test.client.outage! });
}

describe('an outage of Telegram', () => {
  it.each([502, 401])('delays calls after %i until a probe succeeds', async (code) => {
    await using test = await startReachable();
    test.world.failure = code;
    const call = test.telegram.getChat(42);
    await until(() => test.outage.state() !== undefined);
    const meanwhile = messageContext(test.telegram).reply('hi');
    await until(() => test.api.methods().filter((method) => method === 'getMe').length >= 3);
    expect(test.api.methods()).not.toContain('sendMessage');
    test.world.failure = undefined;
    expect(await call).toBe(true);
    expect(await meanwhile).toBe(true);
    expect(test.outage.state()).toBeUndefined();
  });

  it('is detected when no connection can be made, and the call is sent afterwards', async () => {
    const port = await freePort();
    const pauses = createPauses({ name: 'alone' });
    const apiRoot = `http://127.0.0.1:${port}`;
    const client = createTelegramClient({
      token,
      apiRoot,
      retryDelayMs: 1,
      outage: { pauses, ...quick },
    });
    open.push(() => client.close());
    client.outage!.start();
    const sent = client.telegram.sendMessage(42, 'hi');
    await until(() => client.outage!.state() !== undefined);
    const api = await startServer(() => ok, port);
    expect(await sent).toBe(true);
    expect(api.methods().filter((method) => method === 'sendMessage')).toHaveLength(1);
  });

  it('rejects calls without sending them when it lasts too long', async () => {
    await using test = await startReachable({ maxWaitMs: 50 });
    test.world.failure = 502;
    void test.telegram.getChat(42).catch(() => undefined);
    await until(() => test.outage.state() !== undefined);
    const before = test.api.requests.length;
    let waits = 0;
    const pauseClock = () => {
      waits += 1;
      return () => undefined;
    };
    const turn = test.client.forTurn({ ...test.turn, pauseClock });
    const error = await failureOf(turn.sendMessage(42, 'hi'));
    expect(error).toBeInstanceOf(TelegramAwayError);
    expect(error).toMatchObject({ nextAction: 'retry', maybeSent: false, method: 'sendMessage' });
    expect(await failureOf(turn.sendMessage(42, 'hi'))).toBeInstanceOf(TelegramAwayError);
    // The second call does not wait again.
    expect(waits).toBe(1);
    expect(test.api.methods().slice(before)).not.toContain('sendMessage');
  });

  it('pauses the time limit of turns that wait or have pending calls', async () => {
    await using test = await startReachable();
    const { api, world, outage, client, turn } = test;
    let paused = 0;
    const pauseClock = () => {
      paused += 1;
      return () => void (paused -= 1);
    };
    world.failure = 502;
    const call = client.forTurn({ ...turn, pauseClock }).getChat(42);
    await until(() => outage.state() !== undefined);
    await until(() => paused === 1);
    world.failure = undefined;
    await call;
    expect(paused).toBe(0);
    expect(api.methods()).toContain('getMe');
  });

  it('does not delay a turn that is over', async () => {
    await using test = await startReachable();
    test.world.failure = 502;
    const call = test.telegram.getChat(42);
    await until(() => test.outage.state() !== undefined);
    test.cancel.abort();
    expect(await failureOf(call)).toMatchObject({ nextAction: 'over' });
  });

  it('is reported when it begins and when it ends', async () => {
    const reported: object[] = [];
    const observer = {
      onAway: (event: object) => void reported.push(event),
      onBack: (event: object) => void reported.push(event),
    };
    await using test = await startReachable({ observer });
    test.world.failure = 503;
    const call = test.telegram.getChat(42);
    await until(() => reported.length === 1);
    test.world.failure = undefined;
    await call;
    expect(reported).toEqual([
      { scope: 'deployment', why: expect.stringMatching(/^getMe failed: 503 /) as string },
      { awayMs: expect.any(Number) as number },
    ]);
  });
});

describe('an error of a single call', () => {
  it('is not an outage: the call fails, and few probes are sent', async () => {
    const answer = ({ method }: { method: string }) => (method === 'getMe' ? ok : { error: 500 });
    const pauses = createPauses({ name: 'alone' });
    const outage = { pauses, minProbeIntervalMs: 200 };
    await using test = await startClient(answer, { attempts: 1, outage });
    test.client.outage!.start();
    const calls = Array.from({ length: 30 }, (_, chat) => failureOf(test.telegram.getChat(chat)));
    for (const error of await Promise.all(calls)) expect(error).toBeInstanceOf(RetryError);
    expect(test.client.outage!.state()).toBeUndefined();
    expect(test.api.methods().filter((method) => method === 'getMe').length).toBeLessThan(5);
  });

  it('is distinguished from an outage that begins right after a successful probe', async () => {
    await using test = await startReachable({ minProbeIntervalMs: 200 });
    test.world.failure = 502;
    const call = test.telegram.getChat(42);
    await until(() => test.outage.state() !== undefined);
    test.world.failure = undefined;
    expect(await call).toBe(true);
  });

  it('does not raise a suspicion before Telegram was reached for the first time', async () => {
    const outage = { pauses: createPauses({ name: 'alone' }), ...quick };
    await using test = await startClient(() => ({ error: 401 }), { outage });
    expect(await failureOf(test.telegram.getMe())).toMatchObject({ errorCode: 401 });
    expect(test.api.methods()).toEqual(['getMe']);
  });
});

describe('processes of one deployment', () => {
  async function startProcess(name: string, apiRoot: string): Promise<TelegramClient> {
    const outage = {
      pauses: await startPauses(name),
      minProbeIntervalMs: 300,
      maxProbeIntervalMs: 600,
    };
    const client = createTelegramClient({ token, apiRoot, attempts: 1, outage });
    open.push(() => client.close());
    client.outage!.start();
    return client;
  }

  it('share one probe, and all go on when it succeeds', async () => {
    let failure: number | undefined;
    const api = await startServer(() => (failure === undefined ? ok : { error: failure }));
    const clients = await Promise.all([1, 2, 3].map(() => startProcess('shared', api.url)));
    await sleep(300);
    failure = 502;
    const calls = clients.flatMap((client) =>
      Array.from({ length: 10 }, (_, chat) => client.telegram.getChat(chat)),
    );
    await until(() => clients.every(({ outage }) => outage!.state() !== undefined));
    const startedAt = performance.now();
    await sleep(3_000);
    const probes = api.methods().filter((method) => method === 'getMe').length;
    // A single worker would send one every 150 to 600 ms.
    expect(probes).toBeLessThan(3 + (performance.now() - startedAt) / 150);
    expect(probes).toBeGreaterThan(2);
    failure = undefined;
    await Promise.all(calls);
  });

  it('are not paused by the only process that cannot reach Telegram', async () => {
    const api = await startServer(() => ok);
    const cut = await freePort();
    const lone = await startProcess('lone', `http://127.0.0.1:${cut}`);
    const others = await Promise.all([1, 2].map(() => startProcess('lone', api.url)));
    await sleep(300);
    const call = lone.telegram.getChat(1).catch(() => undefined);
    await until(() => lone.outage!.state()?.scope === 'process');
    await until(() => others.every(({ outage }) => outage!.state() === undefined));
    // It now probes by itself and no longer pauses the others.
    const pausedAgain: unknown[] = [];
    for (let check = 0; check < 500; check += 1) {
      for (const { outage } of others) pausedAgain.push(...[outage!.state()].filter(Boolean));
      await sleep(5);
    }
    expect(pausedAgain).toEqual([]);
    await startServer(() => ok, cut);
    await until(() => lone.outage!.state() === undefined);
    await call;
  });
});
