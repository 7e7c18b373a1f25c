import { startRedisServer } from '@chatlane/testing';
import { connectionNames, connectRedis, databaseOf, type Redis } from './index.js';

const server = await startRedisServer();
const open: Redis[] = [];
afterAll(async () => {
  for (const each of open) each.disconnect();
  await server.stop();
});

async function connect(path: string, name: string): Promise<Redis> {
  const redis = connectRedis({ url: `${server.url}${path}`, name, whenDown: 'wait' });
  open.push(redis);
  await redis.ping();
  return redis;
}

describe('connectionNames', () => {
  it('lists the connections to its own database and no others', async () => {
    const first = await connect('', 'bot-worker');
    await connect('/0', 'bot-ingress');
    const other = await connect('/5', 'bot-downloader');
    expect([databaseOf(first), databaseOf(other)]).toEqual([0, 5]);
    expect((await connectionNames(first)).map((names) => names.sort())).toEqual([
      ['bot-ingress', 'bot-worker'],
    ]);
    expect(await connectionNames(other)).toEqual([['bot-downloader']]);
  });
});
