import { startRedisServer, type RedisServer } from '@chatlane/tooling';
import { connectRedis, type Redis } from './index.js';

let server: RedisServer;
let redis: Redis;

beforeAll(async () => {
  server = await startRedisServer();
  redis = connectRedis({ url: server.url, name: 'test', whenDown: 'wait' });
  await redis.ping();
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

async function reads(): Promise<number> {
  const info = await redis.info('stats');
  return Number(/^total_reads_processed:(\d+)/m.exec(info)?.[1]);
}

describe('commands of one turn of the event loop', () => {
  it('travel together, in order', async () => {
    const before = await reads();
    const lengths = await Promise.all(
      Array.from({ length: 160 }, (_, index) => redis.rpush('list', String(index))),
    );
    // Ten batches of sixteen, each of which the network may cut in two; and the INFO itself.
    expect((await reads()) - before).toBeLessThanOrEqual(21);
    expect(lengths).toEqual(lengths.map((_, index) => index + 1));
    expect((await redis.lrange('list', 0, -1)).map(Number)).toEqual(lengths.map((n) => n - 1));
  });

  it('do not hold back a single one', async () => {
    expect(await redis.echo('one')).toBe('one');
    expect(await redis.echo('and another')).toBe('and another');
  });
});
