import { Worker } from 'node:worker_threads';
import type { DownloadRequest } from '@chatlane/contracts';
import type { DownloadTry, FetchFile } from '@chatlane/downloads';
import type { FetchOptions } from '../fetch/fetch-file.js';
import type { Inspector } from '../inspecting/inspector.js';
import type { EngineSettings } from './engine.js';
import { packError } from './packed-error.js';
import {
  connectThreads,
  type MainFunctions,
  type Port,
  type ThreadFunctions,
} from './thread-rpc.js';
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
export interface Thread extends Port {
  terminate(): Promise<unknown>;
}

const ANSWER_MS = 1_000;

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
  const { settings, inspector } = options;
  const { open = openThread } = options;
  const fetches = new Map<number, { request: DownloadRequest; job: DownloadTry }>();
  let last = 0;
  let thread: Thread | undefined;
  let remote: ReturnType<typeof connectThreads<ThreadFunctions, MainFunctions>> | undefined;
  let unwatch = (): void => undefined;

  function fetchOf(fetch: number): { request: DownloadRequest; job: DownloadTry } {
    const found = fetches.get(fetch);
    if (!found) throw new Error(`fetch ${fetch} has ended`);
    return found;
  }

  const functions: MainFunctions = {
    ...options.observer,
    findFile(fetch, isDecisive) {
      const { request, job } = fetchOf(fetch);
      return options.findFile(request, { isDecisive, signal: job.signal });
    },
    inspect(fetch, path) {
      const { request, job } = fetchOf(fetch);
      const inspect = () => inspector.inspect(path, request.media.type, job.signal);
      return job.inspecting?.(inspect) ?? inspect();
    },
    onProgress: (fetch, received, size) => fetches.get(fetch)?.job.onProgress(received, size),
  };

  async function answers(): Promise<boolean> {
    if (!remote) return false;
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), ANSWER_MS);
    });
    const answered = await Promise.race([remote.ping(), silence]);
    clearTimeout(timer);
    return answered;
  }

  return {
    async start() {
      thread = open(settings);
      remote = connectThreads<ThreadFunctions, MainFunctions>(thread, functions);
      await remote.start();
      unwatch = watchThread(answers, () => {
        // Its fetches would renew their leases forever. After a restart, this or another process continues them.
        throw new Error('the fetch thread has not answered for a minute');
      });
    },
    async fetchFile(request, job) {
      if (!remote) throw new Error('the fetch thread has not been started');
      const { fetchFile, stopFetch } = remote;
      const { signal } = job;
      const fetch = (last += 1);
      const stop = (): void => void stopFetch(fetch, packError(signal.reason));
      fetches.set(fetch, { request, job });
      try {
        const fetched = fetchFile(fetch, request, job.attempt);
        if (signal.aborted) stop();
        signal.addEventListener('abort', stop, { once: true });
        return await fetched;
      } finally {
        fetches.delete(fetch);
        signal.removeEventListener('abort', stop);
      }
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
