import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eicar, obtainClamd, startClamd, type ClamdServer } from '@chatlane/testing';
import { failureOf, sha256, someBytes, startBench, whole, type Bench } from '../fetch.testkit.js';
import { createClamAv } from './clamav.js';

const MB = 2 ** 20;
const signal = new AbortController().signal;
const program = await obtainClamd();
const suite = program ? describe : describe.skip;

suite('a real clamd (skipped: clamd is not installed and could not be downloaded)', () => {
  const started: ClamdServer[] = [];
  /** Passes 3 MB without scanning them, and accepts at most 6 MB. */
  let passing: ClamdServer;
  let alerting: ClamdServer;

  async function start(...settings: string[]): Promise<ClamdServer> {
    const clamd = await startClamd(program!, settings);
    started.push(clamd);
    return clamd;
  }
  const scanOf = (address: string) => createClamAv({ address, timeoutMs: 120_000 });

  /** Fetches the content as a download would; the bench stays open for inspection. */
  async function fetchOutcome(bench: Bench): Promise<string> {
    return bench.fetch().then(
      ({ sha256: hash }) => hash,
      (error: Error & { reason?: string }) => error.reason ?? error.message,
    );
  }
  async function outcome(address: string, content: Buffer): Promise<string> {
    await using bench = await startBench({
      serve: whole(content),
      options: { scan: scanOf(address) },
    });
    return await fetchOutcome(bench);
  }

  beforeAll(async () => {
    const limits = ['StreamMaxLength 6M', 'MaxFileSize 3M', 'MaxScanSize 3M'];
    [passing, alerting] = await Promise.all([
      start(...limits),
      start(...limits, 'AlertExceedsMax yes'),
    ]);
  });
  afterAll(() => Promise.all(started.map((each) => each.stop())));

  it.each(['tcp', 'unix'] as const)(
    'passes clean files and finds infected ones: %s',
    async (transport) => {
      const clean = someBytes(2 * MB);
      const infected = Buffer.concat([someBytes(MB), Buffer.from(eicar), someBytes(MB)]);
      expect(await outcome(alerting[transport], clean)).toBe(sha256(clean));
      expect(await outcome(alerting[transport], infected)).toBe('infected');
      expect(await outcome(alerting[transport], Buffer.alloc(0))).toBe(sha256(Buffer.alloc(0)));
    },
  );

  it.each(['tcp', 'unix'] as const)('names the limit that is too low: %s', async (transport) => {
    expect(await outcome(alerting[transport], someBytes(4 * MB))).toMatch(/its MaxFileSize/);
    for (const size of [6 * MB + 1, 7 * MB, 40 * MB]) {
      // The answer is lost when the connection is reset before we have read it.
      expect(await outcome(alerting[transport], someBytes(size))).toMatch(
        /its StreamMaxLength|\(ECONNRESET\)/,
      );
    }
  });

  it('is detected when it passes files without scanning them', async () => {
    expect(await scanOf(passing.tcp).check?.(signal)).toMatch(/set AlertExceedsMax yes/);
    expect(await scanOf(alerting.unix).check?.(signal)).toBeUndefined();
    const unavailable = await failureOf(scanOf('unix:/nowhere').check!(signal));
    expect(unavailable.message).toMatch(/CLAMAV_ADDRESS gives no verdict \(ENOENT\)/);
  });

  it.each(['tcp', 'unix'] as const)(
    'stores nothing when it is killed in the middle of a file, and recovers when it is restarted: %s',
    async (transport) => {
      let clamd = await start('StreamMaxLength 50M');
      const content = someBytes(30 * MB);
      let received = 0;
      const scan = { scan: (path: string) => scanOf(clamd[transport]).scan(path, signal) };
      await using bench = await startBench({ serve: whole(content), options: { scan } });
      const onProgress = (bytes: number) => void (received = bytes);
      let isOver = false;
      const failure = failureOf(bench.fetch({}, { onProgress })).finally(() => (isOver = true));
      // clamd gets the file only once all of it has been fetched.
      while (!isOver && received < content.length) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      clamd.process.kill('SIGKILL');
      const error = await failure;
      expect([error.reason, error.message]).toEqual([
        undefined,
        expect.stringMatching(/CLAMAV_ADDRESS gives no verdict/),
      ]);
      clamd = await start('StreamMaxLength 50M');
      expect(await fetchOutcome(bench)).toBe(sha256(content));
      // The file was not fetched again.
      expect(bench.ranges).toHaveLength(1);
    },
  );

  it('scans a large file with no more memory than a small one', async () => {
    const clamd = await start('StreamMaxLength 300M', 'MaxFileSize 300M', 'MaxScanSize 300M');
    await using bench = await startBench({});
    const path = join(bench.dir, 'large');
    const content = Buffer.alloc(200 * MB, 'not a virus ');
    content.write(eicar, content.length - 100);
    await writeFile(path, content);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers)), 5);
    expect(await scanOf(clamd.unix).scan(path, signal)).toMatch(/^Eicar/);
    clearInterval(timer);
    expect(most - before).toBeLessThan(80 * MB);
  });
});
