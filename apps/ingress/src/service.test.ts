import { lanePrefix, openDeployment } from '@chatlane/lanes';
import { connectRedis, type Redis } from '@chatlane/redis';
import { startSimulator } from '@chatlane/simulator';
import { startRedisServer, type RedisServer, until } from '@chatlane/testing';
import { botToken, startIngress, webhookSecret, type TestIngress } from './service.testkit.js';

const update = (id: number) => ({
  update_id: id,
  message: { chat: { id: 5 }, from: { id: 5 }, text: 'a private word' },
});

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

const start = (env: Record<string, string> = {}) =>
  startIngress({ REDIS_URL: server.url, PUSH_TIMEOUT_MS: '30000', ...env });

/** The update ids in the mailbox of chat 5, in order. */
async function mailbox(): Promise<number[]> {
  const events = await redis.lrange(`${lanePrefix('chatlane', 'c:5')}:mail:c:5`, 0, -1);
  return events.map((event) => Number(/"update_id":(\d+)/.exec(event)?.[1]));
}

describe('an ingress on a real Redis', () => {
  it('has stored the update and scheduled its lane when it responds with 200', async () => {
    ingress = await start();
    expect((await ingress.post(update(1))).status).toBe(200);
    expect(await mailbox()).toEqual([1]);
    expect(await redis.llen('{chatlane}:wake:wait')).toBe(1);
    expect((await ingress.post(update(1))).status).toBe(200);
    expect(await mailbox()).toEqual([1]);
  });

  it('parks a body that is not an update', async () => {
    ingress = await start({ CHATLANE_NAME: 'other' });
    expect((await ingress.post('no JSON')).status).toBe(200);
    expect(await redis.lrange('{other}:parked', 0, -1)).toEqual([
      expect.stringMatching(/not JSON\nno JSON$/),
    ]);
  });

  it('responds with 503 while Redis is down, and recovers by itself', async () => {
    ingress = await start({ PUSH_TIMEOUT_MS: '300' });
    await until(async () => (await ingress.post(update(1))).status === 200);
    await server.stop();
    await until(async () => (await ingress.ops('/readyz')).status === 503);
    const refused = await ingress.post(update(2));
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toMatch(/^[1-5]$/);
    expect((await ingress.ops('/healthz')).status).toBe(200);

    server = await startRedisServer([], { port: server.port });
    await until(async () => (await ingress.post(update(2))).status === 200);
    expect(await mailbox()).toEqual([2]);
    await until(async () => (await ingress.ops('/readyz')).status === 200);
    const lines = ingress.logs.filter((line) => line.includes('Redis'));
    expect(lines.slice(-2)).toEqual([
      expect.stringContaining('Redis does not confirm updates'),
      expect.stringContaining('Redis confirms updates again'),
    ]);
  });

  it('responds with 503 while Redis is frozen, and stores each update once afterwards', async () => {
    ingress = await start({ PUSH_TIMEOUT_MS: '300' });
    await until(async () => (await ingress.post(update(1))).status === 200);
    server.process.kill('SIGSTOP');
    expect((await ingress.post(update(2))).status).toBe(503);
    expect((await ingress.post(update(2))).status).toBe(503);
    server.process.kill('SIGCONT');
    await until(async () => (await ingress.post(update(2))).status === 200);
    await until(async () => (await ingress.post(update(3))).status === 200);
    expect(await mailbox()).toEqual([1, 2, 3]);
  });

  it('responds with 503 while Redis accepts no writes, and recovers by itself', async () => {
    ingress = await start({ PUSH_TIMEOUT_MS: '300' });
    await redis.call('CLIENT', 'PAUSE', '60000', 'WRITE');
    expect((await ingress.post(update(1))).status).toBe(503);
    await redis.call('CLIENT', 'UNPAUSE');
    await until(async () => (await ingress.post(update(1))).status === 200);
    expect(await mailbox()).toEqual([1]);
  });

  it('starts without Redis, and accepts updates once it is available', async () => {
    await server.stop();
    ingress = await start({ PUSH_TIMEOUT_MS: '300' });
    expect((await ingress.post(update(1))).status).toBe(503);
    server = await startRedisServer([], { port: server.port });
    await until(async () => (await ingress.post(update(1))).status === 200);
  });

  it('stops after responding to pending requests', async () => {
    // With a budget of 1 the memory is not checked, so the script in CLIENT LIST is the push.
    ingress = await start({ PUSH_TIMEOUT_MS: '20000', REDIS_MEMORY_BUDGET: '1' });
    await redis.call('CLIENT', 'PAUSE', '60000', 'WRITE');
    const inFlight = ingress.post(update(1));
    await until(async () => /name=chatlane-ingress .*cmd=evalsha/.test(await clients()));
    const stopped = ingress.stop();
    await redis.call('CLIENT', 'UNPAUSE');
    const response = await inFlight;
    expect(response.status).toBe(200);
    expect(response.headers.get('connection')).toBe('close');
    expect(await stopped).toBe(true);
    expect(await mailbox()).toEqual([1]);
    await expect(ingress.post(update(2))).rejects.toThrow();
  });

  it('counts updates, and exposes no secrets and no user text', async () => {
    ingress = await start();
    await ingress.post(update(1));
    await ingress.post(update(1));
    await ingress.post('no JSON');
    await ingress.post(update(2), 'a wrong secret');
    const metrics = await (await ingress.ops('/metrics')).text();
    for (const line of [
      'chatlane_ingress_updates_total{source="webhook",outcome="stored"} 1',
      'chatlane_ingress_updates_total{source="webhook",outcome="duplicate"} 1',
      'chatlane_ingress_updates_total{source="webhook",outcome="parked"} 1',
      'chatlane_ingress_refused_requests_total{reason="wrong_secret"} 1',
      'chatlane_ingress_push_duration_seconds_count{source="webhook"} 3',
    ]) {
      expect(metrics).toContain(line);
    }
    const written = `${metrics}${ingress.logs.join('')}`;
    for (const secret of [botToken, webhookSecret, 'a private word']) {
      expect(written).not.toContain(secret);
    }
  });

  it('does not start on the lanes of another bot', async () => {
    ingress = await start();
    const another = start({ BOT_TOKEN: `222:${'B'.repeat(35)}` });
    await expect(another).rejects.toThrow(
      'CHATLANE_NAME: chatlane in this Redis belongs to bot 123456789, but BOT_TOKEN belongs to bot 222.',
    );
  });

  it('acknowledges nothing and is not ready once its lanes belong to another bot', async () => {
    ingress = await start();
    expect((await ingress.post(update(1))).status).toBe(200);
    await redis.set('{chatlane}:bot', '222');
    const ready = await ingress.ops('/readyz');
    expect([ready.status, await ready.json()]).toEqual([
      503,
      expect.objectContaining({ deploymentClaimed: false, running: true }),
    ]);
    expect((await ingress.post(update(2))).status).toBe(503);
    expect(await mailbox()).toEqual([1]);
    expect(ingress.logs.join('')).toContain(
      'belongs to bot 222, but BOT_TOKEN belongs to bot 123456789',
    );
  });

  it('is not ready while Telegram rejects the token', async () => {
    const telegram = await startSimulator({ token: botToken });
    const refused = { error: 401, description: 'Unauthorized' };
    const answers = [refused, refused, refused];
    telegram.onCall(() => answers.shift());
    ingress = await start({ INGRESS_MODE: 'polling', TELEGRAM_API_ROOT: telegram.url });
    const checks = async () => (await ingress.ops('/readyz')).json() as Promise<object>;
    await until(
      async () => telegram.calls().length > 0 && (await ingress.ops('/readyz')).status === 503,
    );
    expect(await checks()).toMatchObject({ tokenAccepted: false });
    telegram.queue.inject(update(1));
    await until(async () => (await ingress.ops('/readyz')).status === 200);
    expect(await checks()).toMatchObject({ tokenAccepted: true });
    await telegram.stop();
  });

  it('shows whether Redis accepts writes at each scrape, even if there are none', async () => {
    ingress = await start({ PUSH_TIMEOUT_MS: '300' });
    const shown = async (value: number) =>
      (await (await ingress.ops('/metrics')).text()).includes(`chatlane_redis_writable ${value}`);
    await until(() => shown(1));
    await server.stop();
    await until(() => shown(0));
    server = await startRedisServer([], { port: server.port });
    await until(() => shown(1));
  });

  it('pushes to the same lanes when it polls', async () => {
    const telegram = await startSimulator({ token: botToken });
    telegram.queue.inject(update(1));
    telegram.queue.inject(update(2));
    ingress = await start({ INGRESS_MODE: 'polling', TELEGRAM_API_ROOT: telegram.url });
    await until(() => telegram.longPoll.isWaiting());
    expect(await mailbox()).toEqual([1, 2]);
    const metrics = await (await ingress.ops('/metrics')).text();
    expect(metrics).toContain('chatlane_ingress_polling_state{state="polling"} 1');
    expect(metrics).toContain(
      'chatlane_ingress_updates_total{source="polling",outcome="stored"} 2',
    );
    const lastCall = () => telegram.calls().at(-1)?.params;
    expect(lastCall()).not.toHaveProperty('allowed_updates');
    await openDeployment({ redis, name: 'chatlane' }).storeAllowedUpdates([
      'message',
      'chat_member',
    ]);
    telegram.queue.inject(update(3));
    await until(() => lastCall()?.['offset'] === 4);
    expect(lastCall()?.['allowed_updates']).toEqual(['message', 'chat_member']);
    expect(await ingress.stop()).toBe(true);
    expect(await redis.exists('{chatlane}:poller')).toBe(0);
    expect(ingress.logs.join('')).not.toContain(botToken);
    await telegram.stop();
  });
});

async function clients(): Promise<string> {
  return String(await redis.call('CLIENT', 'LIST'));
}
