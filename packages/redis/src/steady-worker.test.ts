import { startRedisServer, type RedisServer, until } from '@chatlane/testing';
import { Queue } from 'bullmq';
import type { Redis as Single } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectRedis, createSteadyWorker, type SteadyWorker } from './index.js';

let server: RedisServer;
let redis: Single;
let queue: Queue<number>;
const started: SteadyWorker[] = [];
beforeEach(async () => {
  server = await startRedisServer();
  redis = connect();
  queue = new Queue('work', { connection: redis, prefix: '{q}' });
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((worker) => worker.stop()));
  await queue.close();
  redis.disconnect();
  await server.stop();
});

describe('a steady worker', () => {
  it('replaces a worker whose blocking connection neither answers nor ends', async () => {
    const { taken, replaced } = await startWorker({ deaf: 1 });
    await queue.add('job', 1);
    await until(() => taken.length === 1);
    expect(replaced).toEqual([
      expect.stringMatching(/^The BullMQ worker of \{q\}:work is replaced/),
    ]);
  });

  it('lets the replaced worker finish its active jobs under its own locks', async () => {
    const { taken, replaced, release } = await startWorker({ deaf: 1, concurrency: 2, holds: 1 });
    const held = await queue.add('job', 1);
    await until(() => taken.length === 1);
    await until(() => replaced.length === 1);
    await queue.add('job', 2);
    await until(() => taken.includes(2));
    release();
    await until(() => held.isCompleted());
    expect(taken).toEqual([1, 2]);
  });

  it('stops a worker whose blocking connection hangs', async () => {
    const { worker } = await startWorker({ deaf: Infinity });
    await worker.stop();
  });

  it('waits for the active job when it stops', async () => {
    const { worker, taken, release } = await startWorker({ deaf: Infinity, holds: 1 });
    const held = await queue.add('job', 1);
    await until(() => taken.length === 1);
    const stopped = worker.stop();
    // Longer than the time limit for closing a worker without active jobs.
    expect(await Promise.race([stopped, sleep(4_000, 'waits')])).toBe('waits');
    release();
    await stopped;
    expect(await held.isCompleted()).toBe(true);
  });

  it('replaces neither an idle worker that fetches nor one without capacity', async () => {
    const idle = await startWorker({ queue: 'idle' });
    const full = await startWorker({ holds: 1 });
    await queue.add('job', 1);
    await until(() => full.taken.length === 1);
    const stopped = await startWorker({ queue: 'stopped', deaf: Infinity });
    await until(() => stopped.replaced.length === 2);
    expect([...idle.replaced, ...full.replaced]).toEqual([]);
    full.release();
  });

  it('replaces no worker while Redis is unavailable', async () => {
    const { taken, replaced } = await startWorker({});
    server.process.kill('SIGSTOP');
    await sleep(1_500);
    server.process.kill('SIGCONT');
    await queue.add('job', 1);
    await until(() => taken.length === 1);
    expect(replaced).toEqual([]);
  });
});

interface WorkerOptions {
  queue?: string;
  /** How many of its first blocking connections neither answer nor end. */
  deaf?: number;
  concurrency?: number;
  /** The job that does not end before `release`. */
  holds?: number;
}

async function startWorker(options: WorkerOptions) {
  const { queue: name = 'work', concurrency = 1, holds } = options;
  let { deaf = 0 } = options;
  const own = connect();
  const duplicate = own.duplicate.bind(own);
  own.duplicate = (...options) => {
    const blocking = duplicate(...options);
    blocking.on('error', () => undefined);
    if (deaf-- > 0) {
      blocking.bzpopmin = () => new Promise<never>(() => undefined);
      const disconnect = blocking.disconnect.bind(blocking);
      blocking.disconnect = () => undefined;
      // So that no test leaks it.
      redis.once('end', () => disconnect());
    }
    return blocking;
  };
  redis.once('end', () => own.disconnect());
  const taken: number[] = [];
  const replaced: string[] = [];
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const worker = createSteadyWorker<number>({
    redis: own,
    queue: name,
    async process({ data }) {
      taken.push(data);
      if (data === holds) await held;
    },
    settings: {
      prefix: '{q}',
      concurrency,
      drainDelay: 0.1,
      lockDuration: 1_000,
      stalledInterval: 500,
    },
    stalledAfterMs: 600,
    onTrouble: () => undefined,
    onReplaced: ({ message }) => replaced.push(message),
  });
  started.push(worker);
  await worker.start();
  return { worker, taken, replaced, release };
}

function connect(): Single {
  return connectRedis({ url: server.url, name: 'test', whenDown: 'wait' }) as Single;
}
