import { freePort } from '@chatlane/processes';
import { startRedisServer, type RedisServer } from '@chatlane/testing';
import { awaitRedis } from './await-redis.js';
import { connectRedis, type Redis } from './connect.js';

const never = new AbortController().signal;
let server: RedisServer | undefined;
let redis: Redis;

function connect(port: number): void {
  const url = `redis://me:hidden@127.0.0.1:${port}`;
  redis = connectRedis({ url, name: 'test', whenDown: 'wait' });
}

afterEach(async () => {
  redis.disconnect();
  await server?.stop();
  server = undefined;
});

describe('awaitRedis', () => {
  it('resolves once Redis answers, even if Redis starts later', async () => {
    const port = await freePort();
    connect(port);
    const refused = new Promise((resolve) => redis.once('error', resolve));
    const waiting = awaitRedis(redis, never);
    await refused;
    const user = ['--user', 'me', 'on', '>hidden', '+@all', '~*', '&*'];
    server = await startRedisServer(user, { port });
    await waiting;
  });

  it('names REDIS_URL and the network error when Redis is not running', async () => {
    connect(await freePort());
    await expect(awaitRedis(redis, never, 300)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^REDIS_URL: Redis does not answer \(connect ECONNREFUSED .*\)\.$/,
      ) as string,
      cause: { code: 'ECONNREFUSED' },
    });
  });

  it('names REDIS_URL but no password when Redis refuses the credentials', async () => {
    server = await startRedisServer();
    await connectAndRequirePassword(server);
    connect(server.port);
    const refused = awaitRedis(redis, never);
    await expect(refused).rejects.toThrow(
      /^REDIS_URL: Redis refuses the connection \(WRONGPASS .*\)\.$/,
    );
    await expect(refused).rejects.not.toThrow('hidden');
  });

  it('stops waiting when the process shuts down', async () => {
    connect(await freePort());
    const stopping = new AbortController();
    const waiting = awaitRedis(redis, stopping.signal);
    stopping.abort(new Error('stopped meanwhile'));
    await expect(waiting).rejects.toThrow('stopped meanwhile');
  });
});

async function connectAndRequirePassword({ url }: RedisServer): Promise<void> {
  const admin = connectRedis({ url, name: 'test', whenDown: 'wait' });
  await admin.config('SET', 'requirepass', 'another');
  admin.disconnect();
}
