import { Worker, type Job, type Processor, type WorkerOptions } from 'bullmq';
import type { Redis } from './connect.js';
import { within } from './within.js';

/** A healthy worker fetches at least every 11 s: BullMQ blocks for 10 s, and its watchdog allows one more. */
const STALLED_AFTER_MS = 30_000;
/** Checks during that time: more than one, because the timer fires only once when a frozen process wakes up. */
const CHECKS = 3;
/** A worker that has not closed this long after its last job is waiting for a connection that never ends. */
const CLOSES_WITHIN_MS = 3_000;
const PROBE_MS = 5_000;

/** Options of `createSteadyWorker`. */
export interface SteadyWorkerOptions<Data> {
  /** A `wait` connection. Each worker blocks on a duplicate of it. */
  redis: Redis;
  /** The name of the queue. */
  queue: string;
  /** Handles one job. */
  process: Processor<Data>;
  /** Passed on to BullMQ. */
  settings: Omit<WorkerOptions, 'connection'> & { prefix: string };
  /** Milliseconds without a fetch, with capacity for a job and Redis answering. Default 30,000. */
  stalledAfterMs?: number;
  /** Called with every error that a worker emits. */
  onTrouble: (error: unknown) => void;
  /** Called for each worker that is replaced, which never happens in normal operation. */
  onReplaced: (error: Error) => void;
  /** Adds listeners for other events to each new worker. */
  listen?: (worker: Worker<Data>) => void;
}

/**
 * A BullMQ worker with a watchdog: when it stops fetching jobs because its connections hang, it is replaced by a new
 * worker with its own blocking connection. The old one finishes its active jobs.
 */
export interface SteadyWorker {
  /** Resolves once the worker fetches jobs. */
  start(): Promise<void>;
  /**
   * Stops fetching jobs, and resolves within a few seconds of the last active job's end, at once while Redis is
   * unavailable.
   */
  stop(): Promise<void>;
}

/** Creates a worker; it fetches no job before `start`. */
export function createSteadyWorker<Data>(options: SteadyWorkerOptions<Data>): SteadyWorker {
  const { redis, queue, settings, stalledAfterMs = STALLED_AFTER_MS, onTrouble } = options;
  const name = `${settings.prefix}:${queue}`;
  const closing = new Set<Promise<void>>();
  let current: WatchedWorker<Data> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let seen = 0;
  let idleChecks = 0;

  function open(): WatchedWorker<Data> {
    const worker = new WatchedWorker<Data>(queue, options.process, {
      // After a fetch that failed with its connection BullMQ waits 15 s by default, which is long for a chat.
      runRetryDelay: 1_000,
      ...settings,
      connection: redis,
    });
    worker.on('error', onTrouble);
    options.listen?.(worker);
    return worker;
  }

  function close(worker: WatchedWorker<Data>): void {
    const closed = worker
      .closeOrAbandon(redis.status !== 'ready')
      .catch(onTrouble)
      .finally(() => closing.delete(closed));
    closing.add(closed);
  }

  /** Whether the Redis node that has the queue answers. If it does not, a new worker would be no better. */
  function redisAnswers(): Promise<boolean> {
    return within(PROBE_MS, redis.exists(`${name}:meta`)).then(
      () => true,
      () => false,
    );
  }

  async function check(): Promise<void> {
    const worker = current;
    if (!worker) return;
    const isIdle = worker.fetches === seen && worker.hasCapacity && (await redisAnswers());
    idleChecks = isIdle && worker.fetches === seen ? idleChecks + 1 : 0;
    seen = worker.fetches;
    if (idleChecks < CHECKS || current !== worker) return;
    current = open();
    idleChecks = 0;
    close(worker);
    const why = `It has not fetched a job for ${stalledAfterMs} ms, although Redis answers.`;
    options.onReplaced(new Error(`The BullMQ worker of ${name} is replaced. ${why}`));
  }

  async function watch(): Promise<void> {
    await check();
    if (current) timer = setTimeout(() => void watch(), stalledAfterMs / CHECKS);
  }

  return {
    async start() {
      current = open();
      await current.waitUntilReady();
      await watch();
    },
    async stop() {
      clearTimeout(timer);
      if (current) close(current);
      current = undefined;
      await Promise.all(closing);
    },
  };
}

class WatchedWorker<Data> extends Worker<Data> {
  /** Rises with every fetch, whether it found a job or not. */
  fetches = 0;
  #active = 0;
  #giveUp: (() => void) | undefined;
  #limit: NodeJS.Timeout | undefined;
  /** The pending fetch of an abandoned worker may never return, or may return much later. */
  #isAbandoned = false;

  get hasCapacity(): boolean {
    return this.#active < this.concurrency;
  }

  protected override async moveToActive(token: string, name?: string): Promise<Job<Data>> {
    // The lock of a job fetched now would never be renewed.
    if (this.#isAbandoned) return new Promise(() => undefined);
    const job = await super.moveToActive(token, name);
    this.fetches += 1;
    return job;
  }

  protected override async callProcessJob(
    job: Job<Data>,
    token: string,
    signal?: AbortSignal,
  ): Promise<unknown> {
    this.fetches += 1;
    this.#active += 1;
    clearTimeout(this.#limit);
    try {
      return await super.callProcessJob(job, token, signal);
    } finally {
      this.#active -= 1;
      this.#limitClosing();
    }
  }

  /** Like `close`, but abandons a connection that does not end. */
  async closeOrAbandon(force: boolean): Promise<void> {
    const timedOut = new Promise<void>((resolve) => (this.#giveUp = resolve));
    this.#limitClosing();
    await Promise.race([this.close(force), timedOut]);
    clearTimeout(this.#limit);
    if (this.closed) return;
    this.#isAbandoned = true;
    await this.lockManager.close();
    await this.backend.close(true);
  }

  #limitClosing(): void {
    if (this.#giveUp && this.#active === 0)
      this.#limit = setTimeout(this.#giveUp, CLOSES_WITHIN_MS);
  }
}
