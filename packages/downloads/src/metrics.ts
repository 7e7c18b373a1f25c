import { mediaKinds, type FileEvents } from '@chatlane/contracts';
import { shareReading, type Redis } from '@chatlane/redis';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { downloadOutcomes, putOffCauses, type DownloadObserver } from './observer.js';
import { createDownloadStats, type DownloadStats } from './stats.js';

/** Events that a downloader sends to lanes. */
const eventKinds = [
  'file_ready',
  'file_failed',
  'files_forgotten',
] as const satisfies (keyof FileEvents)[];

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800];

/** Registers metrics of downloads. Queue figures are read from Redis at each scrape. */
export function observeDownloads(
  registry: Registry,
  { redis, name }: { redis: Redis; name: string },
): DownloadObserver {
  const registers = [registry];
  const ended = new Counter({
    name: 'chatlane_downloads_total',
    help: 'Finished requests, by kind of file and outcome (stored, known, forgotten, or the reason of the failure)',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const bytes = new Counter({
    name: 'chatlane_download_bytes_total',
    help: 'Bytes of fetched files, by kind of file',
    labelNames: ['kind'],
    registers,
  });
  const fetch = new Histogram({
    name: 'chatlane_download_fetch_seconds',
    help: 'Duration of successful fetches, including checks',
    buckets: SECONDS,
    registers,
  });
  const waited = new Histogram({
    name: 'chatlane_download_wait_seconds',
    help: 'Time from a request to the start of an attempt',
    buckets: SECONDS,
    registers,
  });
  const took = new Histogram({
    name: 'chatlane_download_duration_seconds',
    help: 'Time from a request to its result',
    buckets: SECONDS,
    registers,
  });
  const putOff = new Counter({
    name: 'chatlane_downloads_put_off_total',
    help: 'Attempts that ended without a result, by cause',
    labelNames: ['cause'],
    registers,
  });
  const notified = new Counter({
    name: 'chatlane_file_events_total',
    help: 'Events sent to lanes, by kind',
    labelNames: ['kind'],
    registers,
  });
  const removed = new Counter({
    name: 'chatlane_files_removed_total',
    help: 'Files and requests that were removed, by cause',
    labelNames: ['cause'],
    registers,
  });
  const troubles = new Counter({
    name: 'chatlane_download_troubles_total',
    help: 'Errors outside of fetches, by operation',
    labelNames: ['what'],
    registers,
  });
  // An alert sees the first increment of a series only if the series existed before.
  for (const kind of mediaKinds) {
    for (const outcome of downloadOutcomes) ended.inc({ kind, outcome }, 0);
    bytes.inc({ kind }, 0);
  }
  for (const cause of putOffCauses) putOff.inc({ cause }, 0);
  for (const kind of eventKinds) notified.inc({ kind }, 0);
  for (const cause of ['expired', 'forgotten']) removed.inc({ cause }, 0);
  const stats = createDownloadStats({ redis, name });
  gaugeStats(registry, () => stats.read());

  return {
    started: (_kind, waitedMs) => waited.observe(Math.max(0, waitedMs) / 1_000),
    ended(kind, outcome, _bytes, tookMs) {
      ended.inc({ kind, outcome });
      took.observe(Math.max(0, tookMs) / 1_000);
    },
    fetched(kind, count, tookMs) {
      bytes.inc({ kind }, count);
      fetch.observe(tookMs / 1_000);
    },
    putOff: (_kind, cause) => putOff.inc({ cause }),
    notified: (kind) => notified.inc({ kind }),
    removed: (cause, files) => removed.inc({ cause }, files),
    trouble: (what) => troubles.inc({ what }),
  };
}

/** Every downloader reports the same values: aggregate with max, not sum. NaN while Redis is unavailable. */
function gaugeStats(registry: Registry, read: () => Promise<DownloadStats>): void {
  const stats = shareReading(read);
  const registers = [registry];
  new Gauge({
    name: 'chatlane_downloads',
    help: 'Downloads by state (dead: failed and kept); the same on every downloader',
    labelNames: ['state'],
    registers,
    async collect() {
      const now = await stats();
      for (const state of ['waiting', 'delayed', 'active', 'dead'] as const) {
        this.set({ state }, now?.[state] ?? NaN);
      }
    },
  });
  new Gauge({
    name: 'chatlane_oldest_download_seconds',
    help: 'How long the oldest request has been waiting for its result; the same on every downloader',
    registers,
    async collect() {
      this.set(((await stats())?.oldestMs ?? NaN) / 1_000);
    },
  });
}
