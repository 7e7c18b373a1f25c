import { startRedisServer, startRedisWith, until } from '@chatlane/testing';
import { connectRedis } from './connect.js';
import { assessRedis, readRedisFacts, type RedisFacts } from './health.js';
import { requireFitRedis } from './require-fit.js';

const settings = ['--appendonly', 'yes', '--maxmemory', '64mb'];
const { server, redis, stop } = await startRedisWith(connectRedis, settings);
afterAll(stop);

const read = async (): Promise<RedisFacts> => (await readRedisFacts(redis))[0]!;
const problems = (facts: RedisFacts): string[] =>
  assessRedis(facts).map(({ level, problem }) => `${level}: ${problem}`);

describe('the check of a Redis', () => {
  it('reports nothing but a note about everysec if the data is safe', async () => {
    expect(problems(await read())).toEqual([
      'note: may lose the last second before a crash of its machine (appendfsync everysec)',
    ]);
    const warned: unknown[] = [];
    await requireFitRedis(redis, (finding) => warned.push(finding));
    expect(warned).toEqual([]);
  });

  it('refuses one that evicts keys, and names a command that fixes it', async () => {
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const refused = await requireFitRedis(redis, () => undefined).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      name: 'UnfitRedisError',
      message: expect.stringContaining('maxmemory-policy allkeys-lru') as string,
    });
    const command = `redis-cli -h 127.0.0.1 -p ${server.port} CONFIG SET maxmemory-policy noeviction`;
    expect((refused as Error).message).toContain(command);
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    await requireFitRedis(redis, () => undefined);
  });

  it('warns about a Redis that stores nothing on disk', async () => {
    await redis.config('SET', 'appendonly', 'no');
    expect(problems(await read())).toEqual([
      'warning: keeps nothing on disk: a restart loses every update',
    ]);
    await redis.config('SET', 'save', '60 1');
    expect(problems(await read())[0]).toContain('snapshots only (save 60 1)');
  });

  it('warns that a master which stores nothing on disk may empty its replicas', async () => {
    await redis.config('SET', 'save', '');
    const replica = await startRedisServer(['--replicaof', '127.0.0.1', String(server.port)]);
    try {
      await until(async () => !(await read()).info.includes('connected_slaves:0'));
      const [finding, ...others] = assessRedis(await read());
      expect(others).toEqual([]);
      expect(finding).toMatchObject({
        level: 'warning',
        problem: expect.stringContaining('its replicas empty themselves') as string,
        remedy: expect.stringMatching(/on each replica, .*CONFIG SET appendonly yes/) as string,
      });
    } finally {
      await replica.stop();
    }
  });

  it('uses only INFO when CONFIG is forbidden, and warns about what it cannot check', async () => {
    await redis.acl('SETUSER', 'managed', 'on', '>pw', '~*', '&*', '+@all', '-config');
    const url = server.url.replace('://', '://managed:pw@');
    const managed = connectRedis({ url, name: 'test', whenDown: 'wait' });
    await redis.config('SET', 'maxmemory-policy', 'volatile-ttl');
    const [facts] = await readRedisFacts(managed);
    expect(facts?.config).toBeUndefined();
    expect(problems(facts!)).toEqual([
      'fault: drops keys when it is full (maxmemory-policy volatile-ttl), including acknowledged updates',
      'warning: has no append-only file, and does not report whether it takes snapshots',
    ]);
    managed.disconnect();
  });

  it('works on the text of INFO alone', () => {
    const facts = (info: string, config?: RedisFacts['config']): RedisFacts => ({
      node: '::1:6379',
      info: info.replaceAll('\n', '\r\n'),
      config,
      viaCluster: false,
    });
    const old = 'redis_version:5.0.7\nmaxmemory:0\nmaxmemory_policy:noeviction\naof_enabled:1\n';
    expect(problems(facts(old))).toEqual([
      'fault: is version 5.0',
      expect.stringContaining('note: has no maxmemory'),
    ]);
    const silent = 'redis_version:7.2.5\naof_enabled:1\n';
    expect(problems(facts(silent, { save: '', appendfsync: 'no' }))).toEqual([
      'warning: does not report its maxmemory-policy',
      'warning: lets the operating system decide when its append-only file reaches the disk (appendfsync no)',
    ]);
    const clustered = facts('redis_mode:cluster\nmaxmemory:1\nmaxmemory_policy:noeviction\n');
    expect(assessRedis(clustered)[0]).toMatchObject({ level: 'fault' });
    expect(assessRedis({ ...clustered, viaCluster: true })).toEqual([]);
    expect(assessRedis(facts('maxmemory_policy:allkeys-lfu'))[0]?.remedy).toContain(
      'redis-cli -h ::1 -p 6379 CONFIG SET',
    );
  });
});
