import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { meet, type Person } from '../harness/person.js';
import { seededRandom } from '../harness/seeded-random.js';
import { startSystem, type TestSystem } from '../harness/system.js';
import { attack } from './attack.js';
import { watchMemory } from './memory-watch.js';
import { readNotes, type Note, type Ready } from './notes.js';

export interface DownloadsUnderFire {
  files: number;
  chats: number;
  /** Sizes are distributed evenly over the powers of two from 1 KB to this. */
  maxBytes: number;
  seed: number;
  /** Maximum time for all files together. */
  seconds: number;
}

export interface DownloadsReport {
  files: number;
  bytes: number;
  /** Kills and freezes by name. */
  faults: Record<string, number>;
  peakBytes: number;
  seconds: number;
  /** Descriptions of everything that is wrong. */
  problems: string[];
}

interface SentFile {
  chat: number;
  fileId: string;
  size: number;
}

const KIND = 'document';

/**
 * Sends files from many chats to two downloaders, while a process is killed or frozen every second, links expire,
 * connections break or stall, and Telegram imposes flood waits. Then compares everything with what was sent.
 */
export async function downloadsUnderFire(options: DownloadsUnderFire): Promise<DownloadsReport> {
  const system = await startSystem({
    workers: 2,
    downloaders: 2,
    workerEnv: { BOT_MODULE: fileURLToPath(new URL('recording-bot.mjs', import.meta.url)) },
    downloaderEnv: { DOWNLOAD_ATTEMPTS: '50', DOWNLOAD_IDLE_MS: '3000' },
  });
  try {
    return await run(system, options);
  } finally {
    await system.stop();
  }
}

async function run(system: TestSystem, options: DownloadsUnderFire): Promise<DownloadsReport> {
  const random = seededRandom(options.seed);
  const memory = watchMemory(() => system.downloaders.map(({ pid }) => pid));
  const started = performance.now();
  await system.play('/play/faults', { kind: 'file-expire', share: 0.05 });
  await system.play('/play/faults', { kind: 'file-cut', share: 0.2 });
  await system.play('/play/faults', { kind: 'file-stall', share: 0.02 });
  await system.play('/play/faults', {
    kind: 'call-429',
    method: 'getFile',
    share: 0.1,
    retryAfter: 1,
  });

  let underFire = true;
  const attacked = attack(system, random, () => underFire);
  const people: Person[] = [];
  for (let chat = 0; chat < options.chats; chat += 1) people.push(await meet(system));
  const sent: SentFile[] = [];
  for (let count = 0; count < options.files; count += 1) {
    const person = people[count % people.length]!;
    const size = Math.floor(1_000 * (options.maxBytes / 1_000) ** random());
    const fileId = await person.sendFile({ kind: KIND, size, seed: count, name: `f${count}.bin` });
    sent.push({ chat: person.id, fileId, size });
  }
  const chats = people.map(({ id }) => id);
  const endsAt = started + 1_000 * options.seconds;
  while (performance.now() < endsAt && (await answered(system, chats)) < sent.length) {
    await sleep(500);
  }
  underFire = false;
  const faults = await attacked;
  await fetch(`${system.url}/play/faults`, { method: 'DELETE' });
  // Files requested twice would have been answered by now.
  await system.untilQuiet();
  const peakBytes = memory.stop();
  await Promise.all([...system.downloaders].map((each) => each.stop()));
  return {
    files: sent.length,
    bytes: sent.reduce((sum, { size }) => sum + size, 0),
    faults,
    peakBytes,
    seconds: (performance.now() - started) / 1_000,
    problems: [
      ...(await wrongAnswers(system, chats, sent)),
      ...(await wrongObjects(system, chats)),
    ],
  };
}

async function answered(system: TestSystem, chats: number[]): Promise<number> {
  const notes = await Promise.all(chats.map((chat) => readNotes(system, chat)));
  return notes.flat().filter(({ what }) => what !== 'asked').length;
}

/** Each file is requested once, and answered once afterwards, in its own chat, with the content that was sent. */
async function wrongAnswers(
  system: TestSystem,
  chats: number[],
  sent: SentFile[],
): Promise<string[]> {
  const problems: string[] = [];
  for (const chat of chats) {
    const notes = await readNotes(system, chat);
    const wanted = sent.filter((file) => file.chat === chat);
    const requests = notes.filter(({ what }) => what === 'asked').map(({ request }) => request);
    if (new Set(requests).size !== wanted.length || requests.length !== wanted.length) {
      problems.push(`chat ${chat}: ${wanted.length} files, but requests ${requests.join(', ')}`);
      continue;
    }
    for (const [index, request] of requests.entries()) {
      problems.push(...(await wrongAnswer(system, notes, request, wanted[index]!)));
    }
  }
  return problems;
}

async function wrongAnswer(
  system: TestSystem,
  notes: Note[],
  request: string,
  { fileId, size }: SentFile,
): Promise<string[]> {
  const [first, ...more] = notes.filter((note) => note.request === request);
  const [answer] = more;
  if (first?.what !== 'asked' || more.length !== 1 || answer?.what !== 'ready') {
    return [`request ${request}: ${JSON.stringify([first, ...more])}`];
  }
  const { sha256 } = await system.play<{ sha256: string }>(`/play/files/${fileId}/sha256`);
  const isRight = answer.size === size && answer.sha256 === sha256;
  return isRight
    ? []
    : [`request ${request}: differs from what was sent: ${JSON.stringify(answer)}`];
}

/** The storage contains each answered file once and complete, and nothing else. */
async function wrongObjects(system: TestSystem, chats: number[]): Promise<string[]> {
  const notes = (await Promise.all(chats.map((chat) => readNotes(system, chat)))).flat();
  const wanted = new Map(
    notes.filter((note): note is Ready => note.what === 'ready').map((note) => [note.key, note]),
  );
  const entries = await readdir(system.storageDir, { recursive: true, withFileTypes: true });
  const found = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const problems: string[] = [];
  for (const path of found) {
    const key = [...wanted.keys()].find((each) => path.endsWith(`/${each}`));
    if (key === undefined) {
      problems.push(`left over: ${path.slice(system.storageDir.length)}`);
      continue;
    }
    if ((await sha256Of(path)) !== wanted.get(key)!.sha256) problems.push(`damaged: ${key}`);
    wanted.delete(key);
  }
  return [...problems, ...[...wanted.keys()].map((key) => `not in the storage: ${key}`)];
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
