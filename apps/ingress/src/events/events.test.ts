import { lanePrefix, openDeployment } from '@chatlane/lanes';
import { connectRedis, type Redis } from '@chatlane/redis';
import { startRedisServer, until, type RedisServer } from '@chatlane/testing';
import { botToken, startIngress, type TestIngress } from '../service.testkit.js';

const secret = 'S'.repeat(32);

let server: RedisServer;
let redis: Redis;
let ingress: TestIngress;

beforeEach(async () => {
  server = await startRedisServer();
  redis = connectRedis({ url: server.url, name: 'test', whenDown: 'wait' });
});
afterEach(async () => {
  expect(await ingress.stop()).toBe(true);
  redis.disconnect();
  await server.stop();
});

const start = async (env: Record<string, string> = {}): Promise<void> => {
  ingress = await startIngress({
    ...{ REDIS_URL: server.url, PUSH_TIMEOUT_MS: '30000', EVENTS_SECRET: secret },
    ...env,
  });
};

const send = (body: unknown, authorization = `Bearer ${secret}`, method = 'POST') =>
  fetch(`http://127.0.0.1:${ingress.port}/events`, {
    method,
    headers: { Authorization: authorization },
    ...(method === 'POST' && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });

/** The kinds, session users and payloads in a chat's mailbox. */
async function mailbox(chat: number): Promise<unknown[]> {
  const lane = `c:${chat}`;
  const stored = await redis.lrange(`${lanePrefix('chatlane', lane)}:mail:${lane}`, 0, -1);
  return stored.map((envelope) => {
    const [header, json] = envelope.split('\n');
    const [, , kind, user] = header!.split('|');
    return [kind, user, JSON.parse(json!) as unknown];
  });
}

const refusals = async (): Promise<Record<string, number>> => {
  const metrics = await (await ingress.ops('/metrics')).text();
  const found = metrics.matchAll(
    /^chatlane_ingress_refused_requests_total\{reason="(\w+)"\} (\d+)/gm,
  );
  return Object.fromEntries(
    [...found].flatMap(([, reason, count]) =>
      count === '0' ? [] : [[reason!, Number(count)] as const],
    ),
  );
};

describe('POST /events', () => {
  it('has stored the event in its lane and woken the lane when it responds with 200', async () => {
    await start();
    const response = await send({ chat: 5, name: 'paid', data: { order: 7 } });
    expect([response.status, await response.json()]).toEqual([200, { result: 'stored' }]);
    expect(await mailbox(5)).toEqual([
      ['event', '5', { name: 'paid', data: { order: 7 }, address: expect.anything() as unknown }],
    ]);
    expect(await redis.llen('{chatlane}:wake:wait')).toBe(1);
  });

  it('stores an event with an id once for its chat', async () => {
    await start();
    const event = { chat: 5, name: 'paid', id: 'payment 1' };
    const results = [event, event, { ...event, chat: 6 }].map(async (each) => {
      const { result } = (await (await send(each)).json()) as { result: string };
      return result;
    });
    expect((await Promise.all(results)).sort()).toEqual(['duplicate', 'stored', 'stored']);
    expect([(await mailbox(5)).length, (await mailbox(6)).length]).toEqual([1, 1]);
  });

  it('accepts a time, a user of a group and a key', async () => {
    await start();
    const at = new Date(Date.now() + 60_000).toISOString();
    const events = [
      { chat: -100, user: 7, name: 'a', at, key: 'k' },
      { chat: -100, name: 'b', at: Date.parse(at) },
    ];
    for (const each of events) expect((await send(each)).status).toBe(200);
    expect(await mailbox(-100)).toMatchObject([
      ['event_later', '7', { at: Date.parse(at), key: 'k', event: { name: 'a', data: null } }],
      ['event_later', '', { at: Date.parse(at), event: { name: 'b' } }],
    ]);
  });

  it.each([
    ['chat', { chat: '5', name: 'a' }],
    ['name', { chat: 5, name: 'a b' }],
    ['name', { chat: 5 }],
    ['user', { chat: 5, user: 6, name: 'a' }],
    ['at', { chat: 5, name: 'a', at: '2026-12-01 10:00' }],
    ['at', { chat: 5, name: 'a', at: 1_796_000_000 }],
    ['key', { chat: 5, name: 'a', key: 'k' }],
    ['id', { chat: 5, name: 'a', id: 7 }],
    ['userId', { chat: 5, name: 'a', userId: 7 }],
    ['body', 'no JSON'],
    ['body', '['.repeat(200_000)],
    ['body', '[1]'],
  ])('responds with 400 and names the field %s of %j', async (field, body) => {
    await start();
    const response = await send(body);
    expect([response.status, await response.json()]).toMatchObject([400, { field }]);
    expect(await refusals()).toEqual({ invalid_event: 1 });
  });

  it('responds with 413 to data of more than 64 KiB and to larger bodies', async () => {
    await start();
    for (const bytes of [65_536, 600_000]) {
      expect((await send({ chat: 5, name: 'a', data: 'x'.repeat(bytes) })).status).toBe(413);
    }
    expect(await refusals()).toEqual({ too_large: 2 });
  });

  it('responds with 401 without the secret, and with 405 to other methods', async () => {
    await start();
    const wrong = ['', secret, `Basic ${secret}`, `Bearer ${secret}S`, `Bearer ${botToken}`];
    for (const each of wrong) {
      expect((await send({ chat: 5, name: 'a' }, each)).status).toBe(401);
    }
    expect((await send(undefined, `Bearer ${secret}`, 'GET')).status).toBe(405);
    expect(await refusals()).toEqual({ wrong_secret: wrong.length, wrong_method: 1 });
    expect(await mailbox(5)).toEqual([]);
  });

  it('responds with 503 and Retry-After while Redis is unavailable', async () => {
    await start({ PUSH_TIMEOUT_MS: '300' });
    await until(async () => (await send({ chat: 5, name: 'a', id: '1' })).status === 200);
    await server.stop();
    const response = await send({ chat: 5, name: 'a', id: '2' });
    expect([response.status, response.headers.get('retry-after')]).toEqual([
      503,
      expect.stringMatching(/^[1-5]$/),
    ]);
  });

  it('responds with 429 when the lane is full', async () => {
    await start({ LANE_CEILING: '1' });
    expect((await send({ chat: 5, name: 'a' })).status).toBe(200);
    expect((await send({ chat: 5, name: 'a' })).status).toBe(429);
  });

  it('does not exist without EVENTS_SECRET', async () => {
    await start({ EVENTS_SECRET: '' });
    expect((await send({ chat: 5, name: 'a' })).status).toBe(404);
  });

  it('is served beside long polling too', async () => {
    await start({ INGRESS_MODE: 'polling', TELEGRAM_API_ROOT: 'http://127.0.0.1:1' });
    expect((await send({ chat: 5, name: 'a' })).status).toBe(200);
    const deployment = openDeployment({ redis, name: 'chatlane' });
    expect((await deployment.readClaim()).botId).toBe('123456789');
  });
});
