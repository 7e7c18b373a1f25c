import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '@chatlane/testing';
import { meet, type Person } from '../harness/person.js';
import { startSystem, type TestSystem } from '../harness/system.js';

let system: TestSystem;
let dir: string;

/** Processors that block their thread until the file `go` exists. */
const processors = (go: string) => `
import { existsSync, writeFileSync } from 'node:fs';
export const lasts = async ({ outDir }) => {
  writeFileSync(outDir + '/pid', String(process.pid));
  while (!existsSync(${JSON.stringify(go)}));
  return { result: Object.keys(process.env).sort() };
};`;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'chatlane-hostile-'));
  const module = join(dir, 'processors.mjs');
  await writeFile(module, processors(join(dir, 'go')));
  system = await startSystem({
    workers: 1,
    downloaders: 1,
    workerEnv: {
      BOT_MODULE: fileURLToPath(new URL('../harness/bots/asking-bot.mjs', import.meta.url)),
    },
    downloaderEnv: {
      DOWNLOAD_ATTEMPTS: '2',
      DOWNLOAD_TIMEOUT_MS: '5000',
      DOWNLOAD_USER_CONCURRENCY: '0',
      DOWNLOAD_CONCURRENCY: '20',
      PROCESSORS_MODULE: module,
    },
  });
});
afterAll(async () => {
  await system.stop();
  await rm(dir, { recursive: true, force: true });
});

type Sent = { message: { message_id: number; document: { file_id: string } } };

async function send(to: Person, file: object | FormData): Promise<Sent['message']> {
  const from = { chat_id: to.id, from_id: to.id, kind: 'document' };
  if (!(file instanceof FormData)) {
    const sent = { ...from, size: 100_000, ...file };
    return (await system.play<Sent>('/play/files', sent)).message;
  }
  for (const [name, value] of Object.entries(from)) file.set(name, String(value));
  const response = await fetch(`${system.url}/play/files`, { method: 'POST', body: file });
  return ((await response.json()) as Sent).message;
}

async function ask(person: Person, { message_id }: Sent['message'], words = 'ask'): Promise<void> {
  const reply = { reply_to_message_id: message_id, text: words };
  await system.play('/play/messages', { chat_id: person.id, from_id: person.id, ...reply });
}

function upload(content: Buffer, name: string, type: string): FormData {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(content)], { type }), name);
  return form;
}

async function filesIn(folder: string): Promise<string[]> {
  const options = { recursive: true, withFileTypes: true } as const;
  const found = await readdir(join(system.storageDir, folder), options).catch(() => []);
  return found
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** A zip archive with the entry `../../climbs.txt`. */
const climbing = Buffer.from(
  'UEsDBBQAAAAAAAAAIQCDFtyMAQAAAAEAAAAQAAAALi4vLi4vY2xpbWJzLnR4dHhQSwECFAMUAAAAAAAAACEAgxbcjAEAAAABAAAAEAAAAAAA' +
    'AAAAAAAAgAEAAAAALi4vLi4vY2xpbWJzLnR4dFBLBQYAAAAAAQABAD4AAAAvAAAAAAA=',
  'base64',
);

describe('a downloader with hostile input', () => {
  it('rejects the files of a hostile server with the right reason, and stores nothing of them', async () => {
    let visits = 0;
    const inside = createServer((_request, response) => {
      visits += 1;
      response.end('secret');
    });
    await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
    const location = `http://127.0.0.1:${(inside.address() as AddressInfo).port}/`;
    const hostile: [reason: string, fault: object][] = [
      ['damaged', { kind: 'file-length', bytes: -7 }],
      ['damaged', { kind: 'file-length', bytes: 7 }],
      ['damaged', { kind: 'file-endless' }],
      ['too-slow', { kind: 'file-drip', bytes: 1 }],
      ['unsafe', { kind: 'file-redirect', location }],
      ['unsafe', { kind: 'file-redirect' }],
      ['expired', { kind: 'file-expire' }],
    ];
    const files: [reason: string, FormData][] = [
      ['unsafe', upload(climbing, 'archive.zip', 'application/zip')],
      ['type-refused', upload(Buffer.from('MZ'.padEnd(500, '\0')), 'bill.pdf', 'application/pdf')],
    ];
    try {
      const outcomes = await Promise.all([
        ...hostile.map(async ([reason, fault], index) => {
          const person = await meet(system);
          const message = await send(person, { name: 'a.bin', seed: index });
          await system.play('/play/faults', { file_id: message.document.file_id, ...fault });
          await ask(person, message, 'ask thumbnail');
          return { reason, texts: await outcome(person) };
        }),
        ...files.map(async ([reason, file]) => {
          const person = await meet(system);
          await ask(person, await send(person, file));
          return { reason, texts: await outcome(person) };
        }),
      ]);
      expect(outcomes).toEqual(
        outcomes.map(({ reason }) => ({ reason, texts: [`failed ${reason}`] })),
      );
      expect(visits).toBe(0);
      expect([...(await filesIn('files')), ...(await filesIn('spool'))]).toEqual([]);
    } finally {
      await fetch(`${system.url}/play/faults`, { method: 'DELETE' });
      inside.close();
    }
  });

  it('sanitizes file names', async () => {
    const names = [
      ['../../etc/passwd', 'passwd'],
      ['..\\..\\boot.ini', 'boot.ini'],
      ['con.txt', '_con.txt'],
      ['invoice\u202efdp.exe', 'invoicefdp.exe'],
      ['a\u0000b\r\nc.txt', 'abc.txt'],
      ['.profile', 'profile'],
      ['-rf', 'rf'],
      [`${'n'.repeat(240)}.txt`, `${'n'.repeat(196)}.txt`],
    ] as const;
    const person = await meet(system);
    const messages = await Promise.all(
      names.map(([name], index) => send(person, { name, seed: 100 + index, size: 100 })),
    );
    for (const message of messages) await ask(person, message);
    await until(async () => (await person.answers()).length >= names.length);
    const expected = names.map(([, safe]) => `ready ${JSON.stringify(safe)}`);
    expect((await person.answers()).sort()).toEqual([...expected].sort());
    const kept = await filesIn('files');
    expect(kept).toHaveLength(names.length);
    expect(kept.every((path) => /\/[\da-f]{64}$/.test(path))).toBe(true);
  });

  it('ends its processor when the downloader is killed, and another downloader runs the processor again', async () => {
    const person = await meet(system);
    await ask(person, await send(person, { name: 'a.bin', seed: 7 }), 'ask lasts text');
    await person.sees('^text no-pdf$');
    const pid = await until(async () => {
      const [path] = (await filesIn('spool')).filter((each) => each.endsWith('/out/pid'));
      return path !== undefined && Number(await readFile(path, 'utf8'));
    });
    const [first] = system.downloaders;
    first!.kill('SIGKILL');
    await first!.exited;
    await until(() => !isAlive(pid));
    await writeFile(join(dir, 'go'), '');
    await system.startDownloader();
    await person.sees('^lasts ');
    await system.untilQuiet();
    const answers = (await person.answers()).filter((each) => !each.startsWith('ready'));
    expect(answers.sort()).toEqual(['lasts ["PATH","TMPDIR"]', 'text no-pdf']);
    await until(async () => (await filesIn('spool')).length === 0);
  });
});

/** All messages of the bot about a request, once it has answered and the system is idle. */
async function outcome(person: Person): Promise<string[]> {
  await until(async () => (await person.answers()).length !== 0);
  await system.untilQuiet();
  return person.answers();
}

function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !readFileSync(stat, 'utf8').includes(') Z');
}
