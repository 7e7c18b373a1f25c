import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { until } from '@chatlane/testing';
import { DownloadHandedBack } from '@chatlane/contracts';
import {
  contentOf,
  cutAfter,
  failureOf,
  sha256,
  someBytes,
  startBench,
  whole,
  type ServeFile,
} from './fetch.testkit.js';
import { createSpool } from './spool/spool.js';

const content = someBytes(12_000_000);
/** Stops sending halfway. */
const halt =
  (after: number): ServeFile =>
  (response) => {
    response.writeHead(200, { 'content-length': content.length, etag: '"v1"' });
    response.write(content.subarray(0, after));
  };
const first =
  (begin: ServeFile, rest: ServeFile): ServeFile =>
  (response, request, nth) =>
    (nth === 1 ? begin : rest)(response, request, nth);

describe('a resumable fetch', () => {
  it('resumes where the connection broke, if the server supports it', async () => {
    await using bench = await startBench({
      serve: first(cutAfter(content, 5_000_000), whole(content)),
    });
    const fetched = await bench.fetch({ size: content.length });
    expect(fetched.sha256).toBe(sha256(content));
    expect((await contentOf(fetched)).equals(content)).toBe(true);
    expect(bench.ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
    expect(bench.reports).toEqual(['resumed']);
  });

  it('starts over if the server does not support ranges', async () => {
    const plain: ServeFile = (response) =>
      void response.writeHead(200, { 'content-length': content.length }).end(content);
    await using bench = await startBench({ serve: first(cutAfter(content, 5_000_000), plain) });
    const fetched = await bench.fetch({ size: content.length });
    expect(fetched).toMatchObject({ size: content.length, sha256: sha256(content) });
    expect(bench.reports).toEqual([]);
  });

  it('never mixes two versions of a file', async () => {
    const other = someBytes(content.length);
    const newer: ServeFile = (response, request, nth) => {
      // A server without If-Range support, which sends the requested range of its current version.
      delete request.headers['if-range'];
      return whole(other, { etag: '"v2"' })(response, request, nth);
    };
    await using bench = await startBench({ serve: first(cutAfter(content, 5_000_000), newer) });
    expect((await bench.fetch({ size: content.length })).sha256).toBe(sha256(other));
  });

  it('treats silence as a broken connection', async () => {
    await using bench = await startBench({
      serve: first(halt(1_000_000), whole(content)),
      limits: { idleMs: 1_500 },
    });
    expect((await bench.fetch()).sha256).toBe(sha256(content));
    expect(bench.reports).toEqual(['resumed']);
  });

  it('gives up when no connection makes progress', async () => {
    await using bench = await startBench({ serve: (response) => void response.socket?.destroy() });
    const error = await failureOf(bench.fetch());
    expect(error.message).toContain('broke');
    expect(bench.ranges.length).toBeLessThan(5);
  });

  async function handBack(bench: Awaited<ReturnType<typeof startBench>>, atBytes: number) {
    const stop = new AbortController();
    const back = new DownloadHandedBack();
    const onProgress = (received: number) => void (received >= atBytes && stop.abort(back));
    return { back, error: await failureOf(bench.fetch({}, { signal: stop.signal, onProgress })) };
  }

  it('is handed back on a stop, and resumes from the last byte in the next attempt', async () => {
    await using bench = await startBench({ serve: first(halt(5_000_000), whole(content)) });
    const { back, error } = await handBack(bench, 5_000_000);
    expect(error).toBe(back);
    expect((await bench.fetch()).sha256).toBe(sha256(content));
    expect(bench.ranges).toEqual([undefined, 'bytes=5000000-']);
    expect(await bench.spooled()).toHaveLength(1);
  });

  it('resumes from a checkpoint after its process was killed', async () => {
    await using bench = await startBench({ serve: first(halt(5_000_000), whole(content)) });
    const stop = new AbortController();
    const silent = failureOf(bench.fetch({}, { signal: stop.signal }));
    await until(async () => (await bench.spooled()).some((name) => name.endsWith('.json')));
    expect((await bench.fetch()).sha256).toBe(sha256(content));
    expect(bench.ranges).toEqual([undefined, 'bytes=5000000-']);
    stop.abort();
    await silent;
  });

  it('does not resume from data that contradicts its checkpoint', async () => {
    await using bench = await startBench({ serve: first(halt(5_000_000), whole(content)) });
    await handBack(bench, 5_000_000);
    const part = (await bench.spooled()).find((name) => name.endsWith('.part'))!;
    await writeFile(join(bench.dir, 'spool', part), Buffer.alloc(5_000_000, 'x'));
    expect((await bench.fetch()).sha256).toBe(sha256(content));
    expect(bench.ranges).toEqual([undefined, undefined]);
  });

  it('does not resume from the data of another request', async () => {
    await using bench = await startBench({ serve: first(halt(5_000_000), whole(content)) });
    await handBack(bench, 5_000_000);
    await bench.fetch({}, {}, 'e-2.1');
    expect(bench.ranges).toEqual([undefined, undefined]);
  });

  it('leaves nothing behind when the user has asked to forget the file', async () => {
    await using bench = await startBench({ serve: halt(5_000_000) });
    const stop = new AbortController();
    const onProgress = () => stop.abort(new Error('forgotten'));
    await failureOf(bench.fetch({}, { signal: stop.signal, onProgress }));
    expect(await bench.spooled()).toEqual([]);
  });

  it('does not mix the data of a frozen attempt into that of the next', async () => {
    let thaw: () => void = () => undefined;
    const frozen: ServeFile = (response) => {
      const junk = Buffer.alloc(content.length, 'x');
      response.writeHead(200, { 'content-length': content.length, etag: '"v1"' });
      response.write(content.subarray(0, 6_000_000));
      thaw = () => void response.end(junk.subarray(6_000_000));
    };
    await using bench = await startBench({ serve: first(frozen, whole(content)) });
    let reached: () => void = () => undefined;
    const half = new Promise<void>((resolve) => (reached = resolve));
    const late = failureOf(
      bench.fetch({}, { onProgress: (received) => void (received >= 6_000_000 && reached()) }),
    );
    await half;
    const fetched = await bench.fetch({});
    thaw();
    expect((await late).name).toBe('SupersededError');
    expect((await contentOf(fetched)).equals(content)).toBe(true);
    expect(fetched.sha256).toBe(sha256(content));
  });

  it('does not fetch the file again when only the scan failed', async () => {
    let scans = 0;
    const scan = {
      scan: () =>
        (scans += 1) === 1 ? Promise.reject(new Error('away')) : Promise.resolve(undefined),
    };
    await using bench = await startBench({ serve: whole(content), options: { scan } });
    await failureOf(bench.fetch());
    expect((await bench.fetch()).sha256).toBe(sha256(content));
    expect(bench.ranges).toHaveLength(1);
  });

  it('leaves nothing behind next to a complete file', async () => {
    await using bench = await startBench({ serve: whole(content) });
    const { path } = await bench.fetch();
    expect(await bench.spooled()).toEqual([basename(path)]);
  });

  it('has its spooled data removed when it is never resumed', async () => {
    await using bench = await startBench({ serve: halt(5_000_000) });
    await handBack(bench, 5_000_000);
    const spool = createSpool(join(bench.dir, 'spool'));
    expect(await spool.removeLeftovers(60_000)).toBe(0);
    await writeFile(join(bench.dir, 'spool', 'not-ours'), '');
    await until(async () => (await spool.removeLeftovers(1)) === 2);
    expect(await bench.spooled()).toEqual(['not-ours']);
  });
});
