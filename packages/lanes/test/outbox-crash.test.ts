import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readUpdate } from '@chatlane/contracts';
import { connectRedis, type Redis } from '@chatlane/redis';
import { freePort } from '@chatlane/processes';
import { startRedisServer, until, type RedisServer } from '@chatlane/testing';
import { openDeployment } from '../src/index.js';
import { deploymentKeys } from '../src/keys.js';
import { createPartitions, type Partitions } from '../src/partitions.js';
import { message } from './lanes.testkit.js';

const name = 'test';
const CHATS = 6;
const APPEND_ONLY = ['--appendonly', 'yes', '--appendfsync', 'always'];

/**
 * A worker process. Every attempt writes a unique token into its session and its outbox entries; every third event
 * fails once. Delivered entries go into the list `got`. At its third delivery the process kills itself.
 */
const program = `
import { openDeployment } from '@chatlane/lanes';
import { connectRedis } from '@chatlane/redis';
const [url, killAt] = process.argv.slice(1);
let deliveries = 0;
const die = (where) => {
  if (killAt === where && deliveries >= 3) process.kill(process.pid, 'SIGKILL');
};
const redis = connectRedis({ url, name: 'worker', whenDown: 'wait' });
const worker = openDeployment({ redis, name: '${name}' }).worker({
  turns: 10, leaseMs: 500, sweepEveryMs: 100, turnTimeoutMs: 10_000, graceMs: 100,
  yieldAfterEvents: 50, yieldAfterMs: 5_000, sessionTtlSeconds: 0, maxAttempts: 1_000, atTheLimit: 'bury',
  backOffMs: () => 5, classifyError: () => ({ next: 'retry' }),
  async handle({ event, attempt, sessions, sessionKey, outbox }) {
    const token = event.updateId + ' ' + Math.random();
    const before = JSON.parse((await sessions.get(sessionKey)) ?? '[]');
    sessions.stage(sessionKey, JSON.stringify([...before, token]));
    outbox.stage('first', token);
    outbox.stage('second', token);
    if (event.updateId % 3 === 0 && attempt === 1) throw new Error('once');
  },
  async deliver({ id, json }) {
    deliveries += 1;
    die('before');
    await redis.rpush('got', id + '|' + json);
    die('between');
  },
});
await worker.start();
process.on('SIGTERM', () => worker.stop(AbortSignal.timeout(5_000)).then(() => process.exit(0)));
`;

let place: { port: number; dir: string };
let server: RedisServer;
let redis: Redis;
let partitions: Partitions;
const children: ChildProcess[] = [];
beforeAll(async () => {
  place = { port: await freePort(), dir: await mkdtemp(join(tmpdir(), 'chatlane-outbox-')) };
  server = await startRedisServer(APPEND_ONLY, place);
  redis = connectRedis({ url: server.url, name: 'test', whenDown: 'wait' });
  partitions = createPartitions(redis, name);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  redis.disconnect();
  await server.stop();
  await rm(place.dir, { recursive: true });
});

function startWorker(killAt: 'before' | 'between' | 'never'): ChildProcess {
  const args = ['--input-type=module', '-e', program, server.url, killAt];
  const cwd = dirname(dirname(fileURLToPath(import.meta.url)));
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
  return child;
}

/** Makes all entries due, so that the next sweep claims them. */
async function makeDue(): Promise<void> {
  for (const { outbox } of partitions.all) {
    for (const entry of await redis.zrange(outbox, '0', '-1')) {
      await redis.zadd(outbox, 'XX', '1', entry);
    }
  }
}

describe('the outbox', () => {
  it('delivers exactly what was committed, whenever the worker is killed or Redis restarts', async () => {
    const intake = openDeployment({ redis, name }).intake();
    let updateId = 0;
    const push = async (each: number): Promise<void> => {
      for (let index = 0; index < each * CHATS; index += 1) {
        updateId += 1;
        const update = message(1 + (index % CHATS), updateId, 'text');
        await intake.push(readUpdate(update)!, Buffer.from(JSON.stringify(update)));
      }
    };

    for (const killAt of ['before', 'between'] as const) {
      await push(2);
      await makeDue();
      const [, signal] = (await once(startWorker(killAt), 'exit')) as [unknown, string];
      expect(signal).toBe('SIGKILL');
      // Wake-ups that the dead worker was processing would delay the sweep until their locks run out.
      await redis.del(await redis.keys(`${deploymentKeys(name).prefix}:wake:*`));
    }
    expect(await redis.exists(partitions.all.map(({ outbox }) => outbox))).toBeGreaterThan(0);

    const last = startWorker('never');
    await push(2);
    await server.stop();
    server = await startRedisServer(APPEND_ONLY, place);
    await push(2);
    await until(async () => {
      await makeDue();
      return (
        (await redis.exists(partitions.all.flatMap(({ oldest, outbox }) => [oldest, outbox]))) === 0
      );
    }, 'lanes and an outbox that are empty');
    last.kill('SIGTERM');
    expect((await once(last, 'exit'))[0]).toBe(0);

    const committed: string[] = [];
    for (let chat = 1; chat <= CHATS; chat += 1) {
      const session = await redis.get(partitions.of(`c:${chat}`).session(`c:${chat}:${chat}`));
      committed.push(...(JSON.parse(session!) as string[]));
    }
    expect(committed.length).toBe(updateId);
    const wanted = committed.flatMap((token) => {
      const id = token.split(' ')[0]!;
      return [`${id}.1|${token}`, `${id}.2|${token}`];
    });
    const got = await redis.lrange('got', 0, -1);
    expect([...new Set(got)].sort()).toEqual(wanted.sort());
    // The worker that died after a delivery causes a repetition, which the receiver recognises by its id.
    expect(got.length).toBeGreaterThan(wanted.length);
    await intake.close();
  });
});
