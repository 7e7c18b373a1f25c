import { once } from 'node:events';
import { until } from '@chatlane/testing';
import { Crashes, crashSettings, name } from './crash.testkit.js';

const CHATS = 5;
const KILLS = ['before add', 'after add', 'before push', 'after push'] as const;

/**
 * A worker process. Each message sends an event to its own lane a moment later; each event adds its name to the
 * session. The process kills itself when it passes the point `killAt` for the third time.
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
  ${crashSettings}
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

let crashes: Crashes;
beforeAll(async () => {
  crashes = await Crashes.open(program);
});
afterAll(() => crashes.close());

describe('events that are scheduled for later', () => {
  it('arrive exactly once, whenever their worker is killed or Redis restarts', async () => {
    const { redis, partitions } = crashes;
    const later = crashes.deployment.later();
    for (const killAt of KILLS) {
      await crashes.push(CHATS);
      await crashes.runUntilKilled(killAt);
    }
    const last = crashes.startWorker('never');
    await crashes.push(CHATS);
    await crashes.restartRedis();
    await crashes.push(CHATS);

    const handled = async (): Promise<number[]> => {
      const sessions = Array.from({ length: CHATS }, (_, index) => `c:${index + 1}`).map((lane) =>
        redis.get(partitions.of(lane).session(`${lane}:${lane.slice(2)}`)),
      );
      const lists = await Promise.all(sessions);
      return lists.flatMap((json) => JSON.parse(json ?? '[]') as number[]);
    };
    await until(async () => {
      await crashes.makeDue();
      return (await handled()).length >= crashes.updateId;
    }, 'all events');
    await until(async () => (await later.count()) === 0, 'a queue that is empty');
    last.kill('SIGTERM');
    expect((await once(last, 'exit'))[0]).toBe(0);
    const wanted = Array.from({ length: crashes.updateId }, (_, index) => index + 1);
    expect((await handled()).sort((a, b) => a - b)).toEqual(wanted);
    await later.close();
  });
});
