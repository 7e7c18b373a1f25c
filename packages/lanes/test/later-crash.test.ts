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
const CHATS = 5;
const APPEND_ONLY = ['--appendonly', 'yes', '--appendfsync', 'always'];
const KILLS = ['before add', 'after add', 'before push', 'after push'] as const;

/**
 * A worker process. Each message sends an event to its own lane a moment later; each event adds its name to the
 * session. At the third passage of the point `killAt` the process kills itself.
 */
const program = `
import { openDeployment } from '@chatlane/lanes';
import { connectRedis } from '@chatlane/redis';
const [url, killAt] = process.argv.slice(1);
let passages = 0;
const pass = (point) => {
  if (killAt === point && ++passages === 3) process.kill(process.pid, 'SIGKILL');
};
const redis = connectRedis({ url, name: 'worker', whenDown: 'wait' });
const deployment = openDeployment({ redis, name: '${name}' });
const intake = deployment.intake();
const later = deployment.later();
const worker = deployment.worker({
  turns: 10, leaseMs: 500, sweepEveryMs: 100, turnTimeoutMs: 10_000, graceMs: 100,
  yieldAfterEvents: 50, yieldAfterMs: 5_000, sessionTtlSeconds: 0, maxAttempts: 1_000, atTheLimit: 'bury',
  backOffMs: () => 5, classifyError: () => ({ next: 'retry' }),
  async handle({ event, attempt, lane, sessions, sessionKey, outbox }) {
    if (event.type === 'update') {
      const at = Date.now() + 50;
      const sent = { lane, sessionUser: lane.slice(2), kind: 'event', payload: event.updateId, at };
      outbox.stage('later', (id) => JSON.stringify({ id, ...sent }));
    } else {
      const before = JSON.parse((await sessions.get(sessionKey)) ?? '[]');
      sessions.stage(sessionKey, JSON.stringify([...before, event.payload]));
    }
    if (event.updateId % 3 === 0 && attempt === 1) throw new Error('once');
  },
  async deliver({ json }) {
    pass('before add');
    await later.add(json);
    pass('after add');
  },
});
const reader = deployment.laterReader({
  intake: {
    async pushInternal(...event) {
      pass('before push');
      const result = await intake.pushInternal(...event);
      pass('after push');
      return result;
    },
  },
});
await Promise.all([worker.start(), reader.start()]);
process.on('SIGTERM', () =>
  Promise.all([reader.stop(), worker.stop(AbortSignal.timeout(5_000))]).then(() => process.exit(0)),
);
`;

let place: { port: number; dir: string };
let server: RedisServer;
let redis: Redis;
let partitions: Partitions;
const children: ChildProcess[] = [];
beforeAll(async () => {
  place = { port: await freePort(), dir: await mkdtemp(join(tmpdir(), 'chatlane-later-')) };
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

function startWorker(killAt: (typeof KILLS)[number] | 'never'): ChildProcess {
  const args = ['--input-type=module', '-e', program, server.url, killAt];
  const cwd = dirname(dirname(fileURLToPath(import.meta.url)));
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
  return child;
}

/** Makes all entries of the outbox due, so that the next sweep claims them. */
async function makeDue(): Promise<void> {
  for (const { outbox } of partitions.all) {
    for (const entry of await redis.zrange(outbox, '0', '-1')) {
      await redis.zadd(outbox, 'XX', '1', entry);
    }
  }
}

describe('events that are scheduled for later', () => {
  it('arrive exactly once, whenever their worker is killed or Redis restarts', async () => {
    const deployment = openDeployment({ redis, name });
    const [intake, later] = [deployment.intake(), deployment.later()];
    let updateId = 0;
    const push = async (): Promise<void> => {
      for (let chat = 1; chat <= CHATS; chat += 1) {
        updateId += 1;
        const update = message(chat, updateId, 'text');
        await intake.push(readUpdate(update)!, Buffer.from(JSON.stringify(update)));
      }
    };

    for (const killAt of KILLS) {
      await push();
      await makeDue();
      const [, signal] = (await once(startWorker(killAt), 'exit')) as [unknown, string];
      expect(signal).toBe('SIGKILL');
      // Wake-ups that the dead worker was processing would delay the sweep until their locks run out.
      await redis.del(await redis.keys(`${deploymentKeys(name).prefix}:wake:*`));
    }
    const last = startWorker('never');
    await push();
    await server.stop();
    server = await startRedisServer(APPEND_ONLY, place);
    await push();

    const handled = async (): Promise<number[]> => {
      const sessions = Array.from({ length: CHATS }, (_, index) => `c:${index + 1}`).map((lane) =>
        redis.get(partitions.of(lane).session(`${lane}:${lane.slice(2)}`)),
      );
      const lists = await Promise.all(sessions);
      return lists.flatMap((json) => JSON.parse(json ?? '[]') as number[]);
    };
    await until(async () => {
      await makeDue();
      return (await handled()).length >= updateId;
    }, 'all events');
    await until(async () => (await later.count()) === 0, 'a queue that is empty');
    last.kill('SIGTERM');
    expect((await once(last, 'exit'))[0]).toBe(0);
    const wanted = Array.from({ length: updateId }, (_, index) => index + 1);
    expect((await handled()).sort((a, b) => a - b)).toEqual(wanted);
    await Promise.all([intake.close(), later.close()]);
  });
});
