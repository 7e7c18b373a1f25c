import { once } from 'node:events';
import { until } from '@chatlane/testing';
import { Crashes, crashSettings, name } from './crash.testkit.js';

const CHATS = 6;

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
  ${crashSettings}
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

let crashes: Crashes;
beforeAll(async () => {
  crashes = await Crashes.open(program);
});
afterAll(() => crashes.close());

describe('the outbox', () => {
  it('delivers exactly what was committed, whenever the worker is killed or Redis restarts', async () => {
    const { redis, partitions } = crashes;
    for (const killAt of ['before', 'between']) {
      await crashes.push(CHATS, 2);
      await crashes.runUntilKilled(killAt);
    }
    expect(await redis.exists(partitions.all.map(({ outbox }) => outbox))).toBeGreaterThan(0);

    const last = crashes.startWorker('never');
    await crashes.push(CHATS, 2);
    await crashes.restartRedis();
    await crashes.push(CHATS, 2);
    await until(async () => {
      await crashes.makeDue();
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
    expect(committed.length).toBe(crashes.updateId);
    const wanted = committed.flatMap((token) => {
      const id = token.split(' ')[0]!;
      return [`${id}.1|${token}`, `${id}.2|${token}`];
    });
    const got = await redis.lrange('got', 0, -1);
    expect([...new Set(got)].sort()).toEqual(wanted.sort());
    // The worker that died after a delivery causes a repetition, which the receiver recognises by its id.
    expect(got.length).toBeGreaterThan(wanted.length);
  });
});
