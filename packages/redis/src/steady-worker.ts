import { Worker, type Job, type Processor, type WorkerOptions } from 'bullmq';
import type { Redis } from './connect.js';
import { within } from './within.js';

/** A sound worker looks for a job every 11 s at least: BullMQ blocks for 10, and its watchdog waits for one more. */
const STOPPED_AFTER_MS = 30_000;
/** Checks in that time: a process that was frozen wakes up to one of them, not to all. */
const CHECKS = 3;
/** What has not closed this long after its last job waits for a connection that never ends. */
const CLOSES_WITHIN_MS = 3_000;
const PROBE_MS = 5_000;

export interface SteadyWorkerOptions<Data> {
  /** A `wait` connection. Each worker blocks on one of its own, made from it. */
  redis: Redis;
  queue: string;
  process: Processor<Data>;
  settings: Omit<WorkerOptions, 'connection'> & { prefix: string };
  /** Milliseconds without a look for a job, though there is room for one and Redis answers. Default 30,000. */
  stoppedAfterMs?: number;
  onTrouble: (error: unknown) => void;
  /** Told of each worker that is replaced; none is in calm weather. */
  onReplaced: (error: Error) => void;
  /** Adds listeners for more events to each new worker. */
  listen?: (worker: Worker<Data>) => void;
}

/**
 * A BullMQ worker that goes on taking jobs, whatever becomes of its connections: one that has stopped looking for jobs is
 * replaced by a new one, with a blocking connection of its own. Jobs it has in hand are finished.
 */
export interface SteadyWorker {
  /** Resolves when it takes jobs. */
  start(): Promise<void>;
  /** Takes nothing new and waits for the jobs in hand, for no more than a moment longer; for nothing while Redis is away. */
  stop(): Promise<void>;
}

export function createSteadyWorker<Data>(options: SteadyWorkerOptions<Data>): SteadyWorker {
  const { redis, queue, settings, stoppedAfterMs = STOPPED_AFTER_MS, onTrouble } = options;
  const name = `${settings.prefix}:${queue}`;
  const closing = new Set<Promise<void>>();
  let current: LookingWorker<Data> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let seen = 0;
  let idleChecks = 0;

  function open(): LookingWorker<Data> {
    const worker = new LookingWorker<Data>(queue, options.process, {
      // The default of 15 s after a fetch that failed with its connection is a long time for a chat.
      runRetryDelay: 1_000,
      ...settings,
      connection: redis,
    });
    worker.on('error', onTrouble);
    options.listen?.(worker);
    return worker;
  }

  function close(worker: LookingWorker<Data>): void {
    const closed = worker
      .closeSurely(redis.status !== 'ready')
      .catch(onTrouble)
      .finally(() => closing.delete(closed));
    closing.add(closed);
  }

  /** Of the Redis that has the queue: while it is away, another worker could do no better. */
  function answers(): Promise<boolean> {
    return within(PROBE_MS, redis.exists(`${name}:meta`)).then(
      () => true,
      () => false,
    );
  }

  async function check(): Promise<void> {
    const worker = current;
    if (!worker) return;
    const isIdle = worker.looks === seen && worker.hasRoom && (await answers());
    idleChecks = isIdle && worker.looks === seen ? idleChecks + 1 : 0;
    seen = worker.looks;
    if (idleChecks < CHECKS || current !== worker) return;
    current = open();
    idleChecks = 0;
    close(worker);
    const why = `It has not looked for a job for ${stoppedAfterMs} ms, though Redis answers.`;
    options.onReplaced(new Error(`The BullMQ worker of ${name} is replaced. ${why}`));
  }

  async function watch(): Promise<void> {
    await check();
    if (current) timer = setTimeout(() => void watch(), stoppedAfterMs / CHECKS);
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

class LookingWorker<Data> extends Worker<Data> {
  /** Only ever rises while the worker takes jobs, or finds none. */
  looks = 0;
  #inHand = 0;
  #giveUp: (() => void) | undefined;
  #limit: NodeJS.Timeout | undefined;
  /** With a fetch that waits for a connection that never ends, or one day does. */
  #isLeft = false;

  get hasRoom(): boolean {
    return this.#inHand < this.concurrency;
  }

  protected override async moveToActive(token: string, name?: string): Promise<Job<Data>> {
    // Nobody would renew the lock of a job that it took now.
    if (this.#isLeft) return new Promise(() => undefined);
    const job = await super.moveToActive(token, name);
    this.looks += 1;
    return job;
  }

  protected override async callProcessJob(
    job: Job<Data>,
    token: string,
    signal?: AbortSignal,
  ): Promise<unknown> {
    this.looks += 1;
    this.#inHand += 1;
    clearTimeout(this.#limit);
    try {
      return await super.callProcessJob(job, token, signal);
    } finally {
      this.#inHand -= 1;
      this.#limitClosing();
    }
  }

  /** As `close`, but waits for no connection that never ends. */
  async closeSurely(force: boolean): Promise<void> {
    const tooLate = new Promise<void>((resolve) => (this.#giveUp = resolve));
    this.#limitClosing();
    await Promise.race([this.close(force), tooLate]);
    clearTimeout(this.#limit);
    if (this.closed) return;
    this.#isLeft = true;
    await this.lockManager.close();
    await this.backend.close(true);
  }

  #limitClosing(): void {
    if (this.#giveUp && this.#inHand === 0)
      this.#limit = setTimeout(this.#giveUp, CLOSES_WITHIN_MS);
  }
}
