import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { until } from '@chatlane/tooling';
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
/** Goes silent in the middle. */
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

it('goes on where the connection was cut, where the server lets it', async () => {
  await using bench = await startBench({
    serve: first(cutAfter(content, 5_000_000), whole(content)),
  });
  const fetched = await bench.fetch({ size: content.length });
  expect(fetched.sha256).toBe(sha256(content));
  expect((await contentOf(fetched)).equals(content)).toBe(true);
  expect(bench.asked).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  expect(bench.heard).toEqual(['resumed']);
});

it('begins again where it does not', async () => {
  const plain: ServeFile = (response) =>
    void response.writeHead(200, { 'content-length': content.length }).end(content);
  await using bench = await startBench({ serve: first(cutAfter(content, 5_000_000), plain) });
  const fetched = await bench.fetch({ size: content.length });
  expect(fetched).toMatchObject({ size: content.length, sha256: sha256(content) });
  expect(bench.heard).toEqual([]);
});

it('mixes no two versions of a file', async () => {
  const other = someBytes(content.length);
  const newer: ServeFile = (response, request, nth) => {
    // A server that knows no If-Range, and answers the part of what it has now.
    delete request.headers['if-range'];
    return whole(other, { etag: '"v2"' })(response, request, nth);
  };
  await using bench = await startBench({ serve: first(cutAfter(content, 5_000_000), newer) });
  expect((await bench.fetch({ size: content.length })).sha256).toBe(sha256(other));
});

it('takes a silence for a cut', async () => {
  await using bench = await startBench({
    serve: first(halt(1_000_000), whole(content)),
    limits: { idleMs: 1_500 },
  });
  expect((await bench.fetch()).sha256).toBe(sha256(content));
  expect(bench.heard).toEqual(['resumed']);
});

it('gives up when no connection brings anything', async () => {
  await using bench = await startBench({ serve: (response) => void response.socket?.destroy() });
  const error = await failureOf(bench.fetch());
  expect(error.message).toContain('broke');
  expect(bench.asked.length).toBeLessThan(5);
});

async function handBack(bench: Awaited<ReturnType<typeof startBench>>, atBytes: number) {
  const stop = new AbortController();
  const back = new DownloadHandedBack();
  const onProgress = (received: number) => void (received >= atBytes && stop.abort(back));
  return { back, error: await failureOf(bench.fetch({}, { signal: stop.signal, onProgress })) };
}

it('is handed back at a stop, and goes on in the next attempt from the last byte', async () => {
  await using bench = await startBench({ serve: first(halt(5_000_000), whole(content)) });
  const { back, error } = await handBack(bench, 5_000_000);
  expect(error).toBe(back);
  expect((await bench.fetch()).sha256).toBe(sha256(content));
  expect(bench.asked).toEqual([undefined, 'bytes=5000000-']);
  expect(await bench.spooled()).toHaveLength(1);
});

it('goes on from a checkpoint when its process could say nothing any more', async () => {
  await using bench = await startBench({ serve: first(halt(5_000_000), whole(content)) });
  const stop = new AbortController();
  const silent = failureOf(bench.fetch({}, { signal: stop.signal }));
  await until(async () => (await bench.spooled()).some((name) => name.endsWith('.json')));
  expect((await bench.fetch()).sha256).toBe(sha256(content));
  expect(bench.asked).toEqual([undefined, 'bytes=5000000-']);
  stop.abort();
  await silent;
});

it('takes up nothing that is not what its checkpoint says', async () => {
  await using bench = await startBench({ serve: first(halt(5_000_000), whole(content)) });
  await handBack(bench, 5_000_000);
  const part = (await bench.spooled()).find((name) => name.endsWith('.part'))!;
  await writeFile(join(bench.dir, 'spool', part), Buffer.alloc(5_000_000, 'x'));
  expect((await bench.fetch()).sha256).toBe(sha256(content));
  expect(bench.asked).toEqual([undefined, undefined]);
});

it('is not taken up for another request', async () => {
  await using bench = await startBench({ serve: first(halt(5_000_000), whole(content)) });
  await handBack(bench, 5_000_000);
  await bench.fetch({}, {}, 'e-2.1');
  expect(bench.asked).toEqual([undefined, undefined]);
});

it('leaves nothing when its user wants it no more', async () => {
  await using bench = await startBench({ serve: halt(5_000_000) });
  const stop = new AbortController();
  const onProgress = () => stop.abort(new Error('forgotten'));
  await failureOf(bench.fetch({}, { signal: stop.signal, onProgress }));
  expect(await bench.spooled()).toEqual([]);
});

it('of an attempt that froze and comes back is not mixed into that of the next', async () => {
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

it('is not fetched again when a scan could not be had', async () => {
  let scans = 0;
  const scan = {
    scan: () =>
      (scans += 1) === 1 ? Promise.reject(new Error('away')) : Promise.resolve(undefined),
  };
  await using bench = await startBench({ serve: whole(content), options: { scan } });
  await failureOf(bench.fetch());
  expect((await bench.fetch()).sha256).toBe(sha256(content));
  expect(bench.asked).toHaveLength(1);
});

it('leaves nothing beside it when it is whole', async () => {
  await using bench = await startBench({ serve: whole(content) });
  const { path } = await bench.fetch();
  expect(await bench.spooled()).toEqual([basename(path)]);
});

it('is cleared away when nobody came back for it', async () => {
  await using bench = await startBench({ serve: halt(5_000_000) });
  await handBack(bench, 5_000_000);
  const spool = createSpool(join(bench.dir, 'spool'));
  expect(await spool.removeLeftovers(60_000)).toBe(0);
  await writeFile(join(bench.dir, 'spool', 'not-ours'), '');
  await until(async () => (await spool.removeLeftovers(1)) === 2);
  expect(await bench.spooled()).toEqual(['not-ours']);
});
