import type { MessagePort } from 'node:worker_threads';
import type { DownloadRequest } from '@chatlane/contracts';
import type { FetchedFile } from '@chatlane/downloads';
import { createEngine, type EngineSettings } from './engine.js';
import { unpackError } from './packed-error.js';
import { connectThreads, type MainFunctions, type ThreadFunctions } from './thread-rpc.js';

/** How often a fetch reports its progress, in milliseconds. */
const REPORT_EVERY_MS = 100;

/**
 * The fetch thread's side: fetches files with an engine of its own. Reports are calls, not events, because birpc drops
 * what an event's function throws.
 */
export function serveFetches(port: MessagePort, settings: EngineSettings): void {
  const stops = new Map<number, AbortController>();
  let bytes = 0;

  const main = connectThreads<MainFunctions, ThreadFunctions>(port, {
    start: () => engine.start(),
    fetchFile,
    stopFetch: (fetch, reason) => stops.get(fetch)?.abort(unpackError(reason)),
    ping: () => true,
  });
  const engine = createEngine(settings, {
    bytes: (count) => void (bytes += count),
    resumed: () => void main.resumed(),
    linkRenewed: () => void main.linkRenewed(),
    notQuarantined: () => void main.notQuarantined(),
    infected: (found) => void main.infected(found),
    misconfigured: (remedy) => void main.misconfigured(remedy),
  });

  async function fetchFile(
    fetch: number,
    request: DownloadRequest,
    attempt: number,
  ): Promise<FetchedFile> {
    const stop = new AbortController();
    stops.set(fetch, stop);
    let reportedAt = 0;
    const job = {
      attempt,
      signal: stop.signal,
      onProgress(received: number, size?: number) {
        const now = performance.now();
        if (now - reportedAt < REPORT_EVERY_MS) return;
        reportedAt = now;
        void main.onProgress(fetch, received, size);
        reportBytes();
      },
    };
    try {
      return await engine.fetchFile(request, job, {
        // The main thread has the Telegram client.
        findFile: (_, { isDecisive }) => main.findFile(fetch, isDecisive),
        // Inspected elsewhere, so that a malicious file cannot block this thread.
        inspect: (_, path) => main.inspect(fetch, path),
      });
    } finally {
      stops.delete(fetch);
      reportBytes();
    }
  }

  function reportBytes(): void {
    if (bytes > 0) void main.bytes(bytes);
    bytes = 0;
  }
}
