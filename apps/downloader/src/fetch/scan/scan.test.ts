import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { failureOf, sha256, someBytes, startBench, whole } from '../fetch.testkit.js';
import { createClamAv } from './clamav.js';
import { readClamAvAddress } from './clamd.js';
import { createQuarantine } from './quarantine.js';
import { createScanCommand } from './scan-command.js';

const content = someBytes(700_000);
const signal = new AbortController().signal;

/** clamd's side of INSTREAM: collects the chunks, then answers. */
async function startClamd(answer: (content: Buffer) => string | undefined, limit = Infinity) {
  async function serve(socket: Socket): Promise<void> {
    socket.on('error', () => undefined);
    let held = Buffer.alloc(0);
    const chunks: Buffer[] = [];
    for await (const data of socket as AsyncIterable<Buffer>) {
      held = Buffer.concat([held, data]);
      const start = held.indexOf('zINSTREAM\0') === 0 ? 10 : 0;
      held = held.subarray(start);
      while (held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
        const length = held.readUInt32BE(0);
        chunks.push(held.subarray(4, 4 + length));
        held = held.subarray(4 + length);
        const all = Buffer.concat(chunks);
        if (all.length > limit) return void socket.end('INSTREAM size limit exceeded. ERROR\0');
        const reply = length === 0 ? answer(all) : undefined;
        if (reply !== undefined) return void socket.end(reply);
      }
    }
  }
  const server = createServer((socket) => void serve(socket).catch(() => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

describe('clamd', () => {
  it('receives the whole file, and passes a clean one', async () => {
    let got = '';
    await using clamd = await startClamd((all) => ((got = sha256(all)), 'stream: OK\0'));
    const scan = createClamAv({ address: clamd.address, timeoutMs: 60_000 });
    await using bench = await startBench({ serve: whole(content), options: { scan } });
    await bench.fetch();
    expect(got).toBe(sha256(content));
  });

  it('causes an infected file to be refused and quarantined', async () => {
    await using clamd = await startClamd(() => 'stream: Eicar-Test-Signature FOUND\0');
    const scan = createClamAv({ address: clamd.address, timeoutMs: 60_000 });
    const options = { scan } as Parameters<typeof startBench>[0]['options'] & object;
    await using bench = await startBench({ serve: whole(content), options });
    expect((await failureOf(bench.fetch())).reason).toBe('infected');
    expect(bench.reports).toEqual(['infected: Eicar-Test-Signature']);
    expect(await bench.spooled()).toEqual([]);
  });

  it('causes an infected file to be refused even if the quarantine is full', async () => {
    await using clamd = await startClamd(() => 'stream: Eicar-Test-Signature FOUND\0');
    const scan = createClamAv({ address: clamd.address, timeoutMs: 60_000 });
    const full = Object.assign(new Error('no room'), { code: 'ENOSPC' });
    const options = { scan, quarantine: () => Promise.reject(full) };
    await using bench = await startBench({ serve: whole(content), options });
    expect((await failureOf(bench.fetch())).reason).toBe('infected');
    expect(bench.reports).toEqual([
      'infected: Eicar-Test-Signature',
      'not quarantined',
      'misconfigured: an infected file could not be quarantined (ENOSPC): free space in QUARANTINE_DIR, or set another folder',
    ]);
    expect(await bench.spooled()).toEqual([]);
  });

  it.each<[string, string | undefined, number, RegExp, timeoutMs?: number]>([
    ['reports an error', 'stream: lstat() failed ERROR\0', Infinity, /clamd reported an error/],
    ['is given too long a file', undefined, 200_000, /StreamMaxLength/],
    [
      'has not seen all of it',
      'stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0',
      Infinity,
      /its MaxFileSize/,
    ],
    ['says nothing', undefined, Infinity, /TimeoutError/, 300],
  ])('prevents storing when it %s', async (_, answer, limit, words, timeoutMs = 60_000) => {
    await using clamd = await startClamd(() => answer, limit);
    const scan = createClamAv({ address: clamd.address, timeoutMs });
    await using bench = await startBench({ serve: whole(content), options: { scan } });
    const error = await failureOf(bench.fetch());
    expect([error.reason, error.message]).toEqual([undefined, expect.stringMatching(words)]);
  });

  it('prevents storing when it is not running', async () => {
    const scan = createClamAv({ address: 'unix:/nowhere/clamd.ctl', timeoutMs: 60_000 });
    const path = import.meta.filename;
    expect((await failureOf(scan.scan(path, signal))).message).toContain('ENOENT');
  });

  it.each([
    ['unix:/run/clamd.ctl', { path: '/run/clamd.ctl' }],
    ['clamav:3310', { host: 'clamav', port: 3310 }],
    ['tcp://10.0.0.1:3310', { host: '10.0.0.1', port: 3310 }],
    ['[::1]:3310', { host: '::1', port: 3310 }],
    ['clamav', undefined],
    ['clamav:0', undefined],
    ['unix:run/clamd.ctl', undefined],
  ])('is reached at %s', (address, where) => expect(readClamAvAddress(address)).toEqual(where));
});

describe('a scan command', () => {
  async function script(dir: string, body: string, timeoutMs = 60_000) {
    const path = join(dir, 'scan.sh');
    await writeFile(path, `#!/bin/sh\n${body}\n`);
    await chmod(path, 0o700);
    return createScanCommand({
      command: [path, '--an argument'],
      timeoutMs,
      searchPath: '/usr/bin:/bin',
    });
  }

  it('gets the path as one argument, without a shell and without our environment', async () => {
    await using bench = await startBench({});
    const odd = join(bench.dir, 'a $(touch x) b');
    await writeFile(odd, 'x');
    const record = join(bench.dir, 'record');
    const scan = await script(
      bench.dir,
      `printf '%s\\n' "$1" "$2" "$(env | cut -d= -f1 | sort | tr '\\n' ' ')" > ${record}`,
    );
    expect(await scan.scan(odd, signal)).toBeUndefined();
    const [first, second, environment] = (await readFile(record, 'utf8')).split('\n');
    expect([first, second]).toEqual(['--an argument', odd]);
    expect(environment!.trim().split(' ')).toEqual(
      expect.not.arrayContaining(['HOME', 'NODE_ENV']),
    );
  });

  it('reports an infection with exit code 1, and the file is quarantined', async () => {
    await using bench = await startBench({});
    const quarantined = join(bench.dir, 'quarantine');
    const scan = await script(bench.dir, 'echo "$2: Eicar FOUND"; exit 1');
    const quarantine = createQuarantine(quarantined);
    const options = { scan, quarantine };
    await using infected = await startBench({ serve: whole(content), options });
    expect((await failureOf(infected.fetch())).reason).toBe('infected');
    const hash = sha256(content);
    expect((await readdir(quarantined)).sort()).toEqual([hash, `${hash}.json`]);
    expect(sha256(await readFile(join(quarantined, hash)))).toBe(hash);
    expect(JSON.parse(await readFile(join(quarantined, `${hash}.json`), 'utf8'))).toMatchObject({
      found: 'file: Eicar FOUND',
      file: 'unique',
      userId: 7,
    });
    expect(await infected.spooled()).toEqual([]);
  });

  it.each([
    ['sh', undefined],
    ['/bin/sh', undefined],
    ['/nowhere/scan', 'SCAN_COMMAND: there is no program /nowhere/scan'],
    ['no-such-scanner', 'no program no-such-scanner'],
  ])('is reported as missing before the first file: %s', async (program, remedy) => {
    const options = { command: [program], timeoutMs: 60_000, searchPath: '/nowhere:/bin' };
    const reply = await createScanCommand(options).check?.(signal);
    expect(reply).toEqual(remedy && expect.stringContaining(remedy));
  });

  it.each([
    ['exit 2', 60_000],
    ['kill -9 $$', 60_000],
    ['exec sleep 600', 500],
  ])('prevents storing when it fails: %s', async (body, timeoutMs) => {
    await using bench = await startBench({});
    await mkdir(join(bench.dir, 'x'));
    const scan = await script(bench.dir, body, timeoutMs);
    const failure = await failureOf(scan.scan(bench.dir, signal));
    expect(failure.message).toContain('SCAN_COMMAND failed');
  });
});
