import { until } from '@chatlane/testing';
import { Queue } from 'bullmq';
import { Redis as Plain } from 'ioredis';
import { startBehindProxy } from './behind-proxy.testkit.js';
import { connectRedis, createSteadyWorker, type Redis } from './index.js';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

function connect(url: string): Redis {
  const redis = connectRedis({ url, name: 'test', whenDown: 'wait', silenceMs: 1_000 });
  stops.push(() => redis.disconnect());
  return redis;
}

describe('a BullMQ worker', () => {
  it.each(['single', 'cluster'])(
    'takes jobs again after its connections have gone dead without closing (%s)',
    async (kind) => {
      const [proxy, server, url] = await startBehindProxy(kind, stops);
      const taken: number[] = [];
      const replaced: Error[] = [];
      const worker = createSteadyWorker<number>({
        redis: connect(url),
        queue: 'q',
        process: ({ data }) => Promise.resolve(void taken.push(data)),
        settings: { prefix: '{q}', drainDelay: 0.1 },
        onTrouble: () => undefined,
        onReplaced: (error) => replaced.push(error),
      });
      stops.push(() => worker.stop());
      await worker.start();
      const direct = new Plain(server.url, { maxRetriesPerRequest: null });
      stops.push(() => direct.disconnect());
      const queue = new Queue<number>('q', { connection: direct, prefix: '{q}' });
      stops.push(() => queue.close());
      await queue.add('job', 1);
      await until(() => taken.length === 1);
      proxy.vanish();
      await queue.add('job', 2);
      await until(() => taken.length === 2);
      expect(replaced).toEqual([]);
    },
  );
});
