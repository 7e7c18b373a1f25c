import { Worker } from 'node:worker_threads';
import type { DownloadRequest } from '@chatlane/contracts';
import type { DownloadTry, FetchedFile, FetchFile } from '@chatlane/downloads';
import type { FetchOptions } from '../fetch/fetch-file.js';
import type { Inspector } from '../inspecting/inspector.js';
import type { EngineSettings } from './engine.js';
import type { Order, Report } from './messages.js';
import { outcomeOf, packError, valueOf, type Outcome } from './outcome.js';
import { watchThread } from './watch-thread.js';

/** The fetch engine in a thread of its own, as the main thread sees it. */
export interface FetchThread {
  fetchFile: FetchFile;
  /** @throws Error naming the setting when a folder is not there */
  start(): Promise<void>;
  /** Whether the thread answers within a second: false while it is busy with something that does not end. */
  answers(): Promise<boolean>;
  /** Ends it at once, whatever it is doing. */
  stop(): Promise<void>;
}

/** What is needed of a Worker. */
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
 * A core of its own for what is much a byte: the main thread, which keeps leases and answers, is never busy with it. An
 * error that the thread did not expect ends the process, as it would without a thread.
 *
 * @param options.open Default: the thread of this package.
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
        // Its fetches would keep their leases for ever: another process, or this one anew, goes on with them.
        throw new Error('the thread of the fetches has not answered for a minute');
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
    // What it keeps is little.
    resourceLimits: { maxYoungGenerationSizeMb: 1 },
  });
}
