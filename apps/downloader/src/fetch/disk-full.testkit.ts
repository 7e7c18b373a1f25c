import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DownloadHandedBack } from '@chatlane/contracts';
import {
  contentOf,
  failureOf,
  sha256,
  someBytes,
  startBench,
  whole,
  type Bench,
  type ServeFile,
} from './fetch.testkit.js';

// A program that fetches into a temporary folder of 1 MB, and prints what it found. See disk-full.test.ts.

const content = someBytes(600_000);
const hash = sha256(content);

async function onDisk<T>(serve: ServeFile, inspect: (bench: Bench, filler: string) => Promise<T>) {
  await using bench = await startBench({ serve });
  return await inspect(bench, join(bench.dir, 'filler'));
}

async function putOff(bench: Bench) {
  const { name, afterMs } = (await failureOf(bench.fetch())) as Error & { afterMs?: number };
  return { name, afterMs, reports: bench.reports.splice(0), left: (await bench.spooled()).length };
}

async function brought(bench: Bench) {
  const isWhole = sha256(await contentOf(await bench.fetch())) === hash;
  return { isWhole, left: (await bench.spooled()).length };
}

const first = await onDisk(whole(content), async (bench, filler) => {
  await writeFile(filler, Buffer.alloc(700_000));
  const full = await putOff(bench);
  await rm(filler);
  return { full, afterwards: await brought(bench) };
});

/** Stops halfway, the first time. */
const half: ServeFile = (response, request, nth) => {
  if (nth > 1) return whole(content)(response, request, nth);
  response.writeHead(200, { 'content-length': content.length, etag: '"v1"' });
  response.write(content.subarray(0, 400_000));
};

const second = await onDisk(half, async (bench, filler) => {
  const stop = new AbortController();
  const onProgress = (received: number): void => {
    if (received >= 400_000) stop.abort(new DownloadHandedBack());
  };
  await failureOf(bench.fetch({}, { signal: stop.signal, onProgress }));
  await writeFile(filler, Buffer.alloc(400_000));
  const adopting = await putOff(bench);
  await rm(filler);
  const resumed = await brought(bench);
  return { adopting, resumed: { ...resumed, ranges: bench.ranges.map((range) => range ?? null) } };
});

console.log(JSON.stringify({ ...first, ...second }));
