import { createHash } from 'node:crypto';
import { startRedisServer, type RedisServer } from '@chatlane/testing';
import type { Redis as Single } from 'ioredis';
import { moveClearScript, moveUnloadScript } from '../src/migration/scripts.js';
import { FROM, OLD, openStage, type MigrationStage } from './migration.testkit.js';
import { until } from './lanes.testkit.js';

let stage: MigrationStage;
let replica: RedisServer;
beforeEach(async () => {
  stage = await openStage();
  const { redis, server } = stage;
  await redis.config('SET', 'repl-diskless-sync-delay', '0');
  replica = await startRedisServer(['--replicaof', '127.0.0.1', String(server.port)]);
  await until(async () => (await redis.info('replication')).includes('state=online'));
});
afterEach(async () => {
  await stage.stop();
  await replica.stop();
});

const replication = { replicas: 1, timeoutMs: 100 };

describe('a move confirmed by replicas', () => {
  it('keeps the originals until replicas have the copies', async () => {
    const { redis, partitions, to, recorded } = stage;
    const first = await stage.worker(undefined, { replication });
    await stage.say(OLD, 1, 7);
    await stage.calm();
    await first.stop(AbortSignal.timeout(2_000));
    await stage.say(OLD, 2, 7);

    replica.process.kill('SIGSTOP');
    const tried = (): boolean => recorded.troubles.length > 2;
    try {
      const late = await stage.worker(undefined, { replication });
      await stage.sayFrom(4);
      await until(tried);
      expect(await redis.hget(partitions.of(FROM).moved, FROM)).toBe(to);
      expect(await stage.session(FROM, 7)).toBe('1,2,');
      await late.stop(AbortSignal.timeout(2_000));
    } finally {
      replica.process.kill('SIGCONT');
    }
    await stage.worker(undefined, { replication: { ...replication, timeoutMs: 5_000 } });
    await stage.calm();
    expect(await stage.session(FROM, 7)).toBeNull();
    expect(await stage.session(to, 7)).toBe('1,2,');
  });

  it('waits for the confirmation of the copy before it deletes the original', async () => {
    const { to } = stage;
    const first = await stage.worker();
    await stage.say(OLD, 1, 7);
    await stage.calm();
    await first.stop(AbortSignal.timeout(2_000));
    await stage.sayTo(2);
    const steps = new Map([
      [shaOf(moveUnloadScript), 'copied'],
      [shaOf(moveClearScript), 'deleted'],
    ]);
    const seen: string[] = [];
    const monitor = await (stage.redis as Single).monitor();
    monitor.on('monitor', (_time: string, [command, sha]: string[]) => {
      const step = command === 'wait' ? 'confirmed' : steps.get(sha ?? '');
      if (step !== undefined) seen.push(step);
    });
    await stage.worker(undefined, { replication: { replicas: 1, timeoutMs: 5_000 } });
    await until(async () => (await stage.session(to, 1)) === '2,');
    await stage.calm();
    monitor.disconnect();
    expect(await stage.session(to, 7)).toBe('1,');
    const untilDeleted = seen.slice(0, seen.indexOf('deleted'));
    expect(untilDeleted.slice(untilDeleted.indexOf('copied') + 1)).toContain('confirmed');
  });
});

function shaOf({ source }: { source: string }): string {
  return createHash('sha1').update(source).digest('hex');
}
