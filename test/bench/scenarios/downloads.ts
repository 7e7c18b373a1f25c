import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Scenario } from '../result.js';
import { median } from '../statistics.js';
import {
  startBareFetch,
  startDownloader,
  startFileServer,
  type FileFetcher,
} from '../systems/file-fetchers.js';

const CONCURRENCY = 16;
const SMALLEST = 2 ** 10;
const LARGEST = 20 * 2 ** 20;
const MB = 2 ** 20;
const FILES = 500;
/** Warm-up rounds until hot code is compiled, because a downloader runs for weeks. */
const WARM_UP = 2;

/**
 * Files of 1 KB to 20 MB, the same number of each order of magnitude. Compares a downloader, which checks, hashes, syncs and
 * stores each file and pushes its event into the lane, with two plain fetches to disk, in alternation, on the same files.
 */
export const downloads: Scenario = async ({ quick }) => {
  const stops: (() => Promise<unknown>)[] = [];
  try {
    const dir = await mkdtemp(join(tmpdir(), 'chatlane-bench-'));
    stops.push(() => rm(dir, { recursive: true, force: true }));
    const server = await startFileServer();
    stops.push(() => server.stop());
    const options = { api: server.api, dir, concurrency: CONCURRENCY };
    const systems: Record<string, FileFetcher> = {
      chatlane: await startDownloader({ ...options, dir: join(dir, 'storage') }),
      'bare fetch': startBareFetch('plain', options),
      'fetch, hash and sync': startBareFetch('careful', options),
    };
    stops.push(...Object.values(systems).map((system) => () => system.stop()));

    const rates: Record<string, number[]> = {};
    for (let round = quick ? 1 : 1 - WARM_UP; round <= (quick ? 1 : 5); round += 1) {
      for (const [name, system] of Object.entries(systems)) {
        const sizes = sizesOf(quick ? 10 : FILES);
        const ids = sizes.map((size, index) => `${size}-${name.length}-${round}-${index}`);
        const bytes = sizes.reduce((sum, size) => sum + size, 0);
        const perSecond = await timed(system, ids, bytes);
        if (round > 0) (rates[name] ??= []).push(perSecond);
        await clear(dir);
      }
    }
    const over = (other: string): number =>
      median(rates['chatlane']!.map((rate, round) => rate / rates[other]![round]!));
    return {
      scenario: 'downloads',
      systems: Object.entries(rates).map(([name, all]) => ({
        name,
        megabytesPerSecond: median(all),
        lowest: Math.min(...all),
        highest: Math.max(...all),
      })),
      ratios: [
        {
          what: 'bytes per second, over a bare fetch to disk, median of the rounds',
          value: over('bare fetch'),
          goal: { atLeast: 0.9 },
        },
        {
          what: 'over a fetch that hashes and syncs too',
          value: over('fetch, hash and sync'),
        },
      ],
    };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
};

function sizesOf(count: number): number[] {
  const span = Math.log(LARGEST / SMALLEST);
  return Array.from({ length: count }, (_, index) =>
    Math.round(SMALLEST * Math.exp((span * ((index * 7) % count)) / (count - 1))),
  );
}

/** Megabytes per second. */
async function timed(system: FileFetcher, ids: string[], bytes: number): Promise<number> {
  const run = await system.prepare(ids);
  const started = performance.now();
  await run();
  return bytes / MB / ((performance.now() - started) / 1_000);
}

/** Deletes all files and syncs the disk, so that a round does not affect the next one. */
async function clear(dir: string): Promise<void> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  await Promise.all(
    entries.filter((each) => each.isFile()).map((each) => rm(join(each.parentPath, each.name))),
  );
  await promisify(execFile)('sync');
}
