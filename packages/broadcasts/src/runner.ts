import { createSteadyWorker, type Redis } from '@chatlane/redis';
import { DelayedError, type Job } from 'bullmq';
import { BROADCASTS_QUEUE, broadcastKeys } from './keys.js';
import type { BroadcastObserver } from './observer.js';
import { openBroadcastQueue, wake, type BroadcastJob } from './queue.js';
import { BroadcastRun, type RunContext } from './run.js';
import { takeScript } from './scripts.js';
import type { BroadcastSender } from './sender.js';

/** How many broadcasts one process runs at a time. */
const AT_ONCE = 16;

/** How often the runner searches for broadcasts whose wake-up was lost. */
const SWEEP_EVERY_MS = 30_000;

/** How long a wake-up waits after an error of Redis. */
const RETRY_MS = 1_000;

/** Sends broadcasts; any number of processes may run one. */
export interface BroadcastRunner {
  /** Starts taking broadcasts. */
  start(): Promise<void>;
  /** Stops sending, waits for the outcome of sent messages until `deadline` fires, and hands its broadcasts back. */
  stop(deadline?: AbortSignal): Promise<void>;
}

/** Options of `createBroadcastRunner`. */
export interface BroadcastRunnerOptions {
  /** A connection whose commands wait until Redis is available. The caller closes it. */
  redis: Redis;
  /** The deployment's name, CHATLANE_NAME. */
  name: string;
  /** Sends the messages. */
  sender: BroadcastSender;
  /** Default: none. */
  observer?: BroadcastObserver;
  /** How soon another process takes over from one that died, in milliseconds. Default: 10,000. */
  leaseMs?: number;
}

/** Creates a runner. It sends nothing before `start`. */
export function createBroadcastRunner(options: BroadcastRunnerOptions): BroadcastRunner {
  const { redis, name, sender, observer = {}, leaseMs = 10_000 } = options;
  const keys = broadcastKeys(name);
  const context: RunContext = { redis, keys, sender, observer, leaseMs };
  const queue = openBroadcastQueue(redis, name);
  const stopping = new AbortController();
  const trouble = (what: string, error: unknown): void => observer.trouble?.(what, error);

  /** Returns how long the wake-up should wait, in milliseconds; undefined when it is done. */
  async function run(id: number): Promise<number | undefined> {
    const taking = await takeScript.run(redis, keys.scope, [id, leaseMs]);
    if (taking.state === 'idle') return undefined;
    if (taking.state !== 'run') return taking.ms;
    observer.run?.({ id, event: 'taken' });
    const state = await new BroadcastRun(context, id, taking).untilOver(stopping.signal);
    const event = state === 'finished' || state === 'lost' ? state : 'released';
    observer.run?.({ id, event });
    // The broadcast was resumed meanwhile, or this process is stopping and another one should continue it.
    if (state === 'running') await wake(queue, id);
    return undefined;
  }

  async function sweep(): Promise<void> {
    const [seconds] = await redis.time();
    const due = await redis.zrangebyscore(keys.active, 0, Number(seconds) * 1_000);
    for (const id of due) await wake(queue, Number(id));
  }

  async function work(job: Job<BroadcastJob>, token: string): Promise<void> {
    let waitMs: number | undefined;
    try {
      // A process that stops leaves its wake-ups to others.
      if (stopping.signal.aborted) waitMs = 1;
      else if ('sweep' in job.data) await sweep();
      else waitMs = await run(job.data.id);
    } catch (error) {
      trouble('run', error);
      waitMs = RETRY_MS;
    }
    if (waitMs === undefined || 'sweep' in job.data) return;
    await job
      .moveToDelayed(Date.now() + waitMs, token)
      .catch((error: unknown) => trouble('put off', error));
    throw new DelayedError();
  }

  const worker = createSteadyWorker<BroadcastJob>({
    redis,
    queue: BROADCASTS_QUEUE,
    process: (job, token) => work(job, token ?? ''),
    onTrouble: (error) => trouble('queue', error),
    onReplaced: (error) => trouble('queue worker replaced', error),
    settings: {
      prefix: keys.prefix,
      concurrency: AT_ONCE,
      lockDuration: leaseMs,
      stalledInterval: leaseMs / 2,
      // In seconds. A job that was about to be taken by a dying process waits this long.
      drainDelay: 2,
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    },
  });

  return {
    async start() {
      const every = SWEEP_EVERY_MS;
      const template = { name: 'sweep', data: { sweep: true as const } };
      await queue.upsertJobScheduler('sweep', { every }, template);
      await worker.start();
    },
    async stop(deadline) {
      stopping.abort();
      const forced = new Promise<void>((resolve) => {
        if (deadline?.aborted) resolve();
        deadline?.addEventListener('abort', () => resolve(), { once: true });
      });
      await Promise.race([worker.stop(), forced]);
      await queue.close();
    },
  };
}
