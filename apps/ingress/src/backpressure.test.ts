import { lanePrefix, openDeployment } from '@chatlane/lanes';
import { connectRedis, type Redis } from '@chatlane/redis';
import { freePort } from '@chatlane/processes';
import {
  laneSettings,
  privateText,
  startRedisServer,
  type RedisServer,
  until,
} from '@chatlane/testing';
import { startIngress, type TestIngress } from './service.testkit.js';

const update = (id: number, chat: number, text = 'hi') => ({
  update_id: id,
  message: privateText(chat, text),
});

let server: RedisServer;
let redis: Redis;
let ingress: TestIngress | undefined;

beforeEach(async () => {
  server = await startRedisServer();
  redis = connectRedis({ url: server.url, name: 'test', whenDown: 'wait' });
});

afterEach(async () => {
  await ingress?.stop();
  ingress = undefined;
  redis.disconnect();
  await server.stop();
});

const start = async (env: Record<string, string> = {}): Promise<TestIngress> =>
  (ingress = await startIngress({ REDIS_URL: server.url, PUSH_TIMEOUT_MS: '30000', ...env }));
const post = async (...message: Parameters<typeof update>): Promise<string> => {
  const { status, headers } = await ingress!.post(update(...message));
  const again = headers.get('retry-after');
  return again === null ? `${status}` : `${status} ${/^[1-5]$/.test(again)}`;
};
const mailbox = async (chat: number): Promise<number[]> => {
  const events = await redis.lrange(`${lanePrefix('chatlane', `c:${chat}`)}:mail:c:${chat}`, 0, -1);
  return events.map((event) => Number(/"update_id":(\d+)/.exec(event)?.[1]));
};
const logged = (words: string): number =>
  ingress!.logs.filter((line) => line.includes(words)).length;

describe('backpressure', () => {
  it('responds with 429 to updates of a full lane only, until it drains', async () => {
    await start({ LANE_CEILING: '2' });
    expect([await post(1, 5), await post(2, 5)]).toEqual(['200', '200']);
    expect([await post(3, 5), await post(3, 5)]).toEqual(['429 true', '429 true']);
    expect([await post(4, 6), await post(2, 5)]).toEqual(['200', '200']);
    expect(await post(5, 5, '/cancel')).toBe('200');
    expect(await mailbox(5)).toEqual([1, 2, 5]);
    expect(logged('a lane is at LANE_CEILING')).toBe(1);
    expect(await (await ingress!.ops('/metrics')).text()).toContain(
      'chatlane_ingress_updates_total{source="webhook",outcome="lane_full"} 2',
    );

    const done: number[] = [];
    const own = connectRedis({ url: server.url, name: 'test', whenDown: 'wait' });
    const worker = openDeployment({ redis: own, name: 'chatlane' }).worker({
      handle: async ({ event, lane }) => {
        if (event.type === 'update' && lane === 'c:5') done.push(event.updateId);
      },
      ...laneSettings,
    });
    await worker.start();
    await until(async () => (await post(3, 5)) === '200');
    await until(() => done.length === 4);
    expect([...done].sort()).toEqual([1, 2, 3, 5]);
    await worker.stop(AbortSignal.timeout(2_000));
    own.disconnect();
  });

  it('responds with 503 to all updates while Redis is over its memory budget, and logs it once', async () => {
    await start({ REDIS_MEMORY_BUDGET: '0.5' });
    await until(async () => (await post(1, 5)) === '200');
    const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
    await redis.config('SET', 'maxmemory', Math.round(used / 0.65));
    let id = 2;
    await until(async () => (await post((id += 1), 5)) === '503 true');
    expect([await post(id, 5), await post(1_000, 6)]).toEqual(['503 true', '503 true']);
    expect(logged('Redis is at REDIS_MEMORY_BUDGET')).toBe(1);
    const metrics = await (await ingress!.ops('/metrics')).text();
    expect(metrics).toMatch(/outcome="memory_full"\} [3-9]/);
    expect(metrics).toMatch(/chatlane_redis_memory_ratio 0\.[5-9]/);
    await redis.config('SET', 'maxmemory', used * 10);
    await until(async () => (await post(id, 5)) === '200');
    expect(await post(1_000, 6)).toBe('200');
  });

  it('responds with 503 when Redis itself is out of memory, and stores the updates later', async () => {
    await start({ REDIS_MEMORY_BUDGET: '1' });
    await until(async () => (await post(1, 5)) === '200');
    await redis.config('SET', 'maxmemory', '1');
    expect([await post(2, 5), await post(3, 6)]).toEqual(['503 true', '503 true']);
    expect((await ingress!.post('no JSON')).status).toBe(503);
    await redis.config('SET', 'maxmemory', '0');
    expect([await post(2, 5), await post(3, 6)]).toEqual(['200', '200']);
    expect([await mailbox(5), await mailbox(6)]).toEqual([[1, 2], [3]]);
    expect(ingress!.logs.join('')).toContain('OOM');
  });
});

describe("the check of Redis's settings", () => {
  it('fails the start on a Redis that evicts keys, and says which command to run', async () => {
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await expect(start()).rejects.toThrow(
      /maxmemory-policy allkeys-lru.*redis-cli .*CONFIG SET maxmemory-policy noeviction/,
    );
  });

  it('warns about a Redis without persistence', async () => {
    await start();
    expect(logged('Redis keeps nothing on disk')).toBe(1);
  });

  it('runs as soon as Redis is available, and makes the process not ready if it is unfit', async () => {
    const port = await freePort();
    await start({ REDIS_URL: `redis://127.0.0.1:${port}`, PUSH_TIMEOUT_MS: '300' });
    const unfit = await startRedisServer(['--maxmemory-policy', 'allkeys-lru'], { port });
    await until(() => logged('Redis must be configured differently') === 1);
    const ready = await ingress!.ops('/readyz');
    expect(await ready.json()).toMatchObject({ redisFit: false });
    expect(ready.status).toBe(503);
    await unfit.stop();
  });
});
