import { Worker } from 'node:worker_threads';
import type { DownloadRequest } from '@chatlane/contracts';
import type { DownloadTry, FetchedFile, FetchFile } from '@chatlane/downloads';
import type { FetchOptions } from '../fetch/fetch-file.js';
import type { Inspector } from '../inspecting/inspector.js';
import type { EngineSettings } from './engine.js';
import type { Order, Report } from './messages.js';
import { outcomeOf, packError, valueOf, type Outcome } from './outcome.js';
import { watchThread } from './watch-thread.js';

/** The main thread's interface to the fetch engine, which has a thread of its own. */
export interface FetchThread {
  fetchFile: FetchFile;
  /** @throws Error that names the setting when a folder does not exist */
  start(): Promise<void>;
  /** Whether the thread answers within a second; false while it is stuck. */
  answers(): Promise<boolean>;
  /** Terminates the thread, whatever it is doing. */
  stop(): Promise<void>;
}

/** The part of a Worker that is used. */
export interface Thread {
  on(event: 'message', hear: (report: Report) => void): unknown;
  postMessage(order: Order): void;
  terminate(): Promise<unknown>;
}

const ANSWER_MS = 1_000;

interface Fetch {
  request: DownloadRequest;
  job: DownloadTry;
  end(outcome: Outcome<FetchedFile>): void;
}

/**
 * Runs the per-byte work on its own core, so that it never blocks the main thread, which renews leases and answers
 * requests. An unexpected error of the thread ends the process, as it would without a thread.
 *
 * @param options.open default: the thread of this package
 */
export function createFetchThread(options: {
  settings: EngineSettings;
  findFile: FetchOptions['findFile'];
  inspector: Inspector;
  observer: FetchOptions['observer'];
  open?: (settings: EngineSettings) => Thread;
}): FetchThread {
  const { settings, findFile, inspector, observer } = options;
  const { open = openThread } = options;
  const fetches = new Map<number, Fetch>();
  const pings = new Map<number, () => void>();
  let last = 0;
  let thread: Thread | undefined;
  let unwatch = (): void => undefined;
  let started: (outcome: Outcome<void>) => void = () => undefined;

  function order(message: Order): void {
    thread?.postMessage(message);
  }

  async function find({ find, fetch, isDecisive }: Extract<Report, { report: 'find' }>) {
    const asking = fetches.get(fetch);
    if (!asking) return;
    const { request, job } = asking;
    const found = await outcomeOf(findFile(request, { isDecisive, signal: job.signal }));
    order({ order: 'found', find, ...found });
  }

  async function inspect({ inspect, fetch, path }: Extract<Report, { report: 'inspect' }>) {
    const asking = fetches.get(fetch);
    if (!asking) return;
    const { request, job } = asking;
    const look = () => inspector.inspect(path, request.media.type, job.signal);
    const inspected = await outcomeOf(job.inspecting?.(look) ?? look());
    order({ order: 'inspected', inspect, ...inspected });
  }

  function hear(report: Report): void {
    switch (report.report) {
      case 'started':
        return started(report);
      case 'find':
        return void find(report);
      case 'inspect':
        return void inspect(report);
      case 'pong':
        return pings.get(report.ping)?.();
      case 'progress':
        return fetches.get(report.fetch)?.job.onProgress(report.received, report.size);
      case 'ended':
        return fetches.get(report.fetch)?.end(report);
      case 'bytes':
        return observer.bytes(report.count);
      case 'resumed':
      case 'linkRenewed':
      case 'notQuarantined':
        return observer[report.report]();
      case 'infected':
      case 'misconfigured':
        return observer[report.report](report.about);
    }
  }

  async function answers(): Promise<boolean> {
    const ping = (last += 1);
    let timer: NodeJS.Timeout | undefined;
    const answered = await new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ANSWER_MS);
      pings.set(ping, () => resolve(true));
      order({ order: 'ping', ping });
    });
    clearTimeout(timer);
    pings.delete(ping);
    return answered;
  }

  return {
    async start() {
      thread = open(settings);
      thread.on('message', hear);
      const outcome = await new Promise<Outcome<void>>((resolve) => (started = resolve));
      valueOf(outcome);
      unwatch = watchThread(answers, () => {
        // Its fetches would renew their leases forever. After a restart, this or another process continues them.
        throw new Error('the fetch thread has not answered for a minute');
      });
    },
    async fetchFile(request, job) {
      const fetch = (last += 1);
      const stop = (): void =>
        order({ order: 'stop', fetch, reason: packError(job.signal.reason) });
      const outcome = await new Promise<Outcome<FetchedFile>>((end) => {
        fetches.set(fetch, { request, job, end });
        order({ order: 'fetch', fetch, request, attempt: job.attempt });
        if (job.signal.aborted) stop();
        job.signal.addEventListener('abort', stop, { once: true });
      });
      fetches.delete(fetch);
      job.signal.removeEventListener('abort', stop);
      return valueOf(outcome);
    },
    answers,
    async stop() {
      unwatch();
      await inspector.stop();
      await thread?.terminate();
    },
  };
}

function openThread(settings: EngineSettings): Thread {
  return new Worker(new URL('./thread.js', import.meta.url), {
    workerData: settings,
    // Few of its objects live long.
    resourceLimits: { maxYoungGenerationSizeMb: 1 },
  });
}
