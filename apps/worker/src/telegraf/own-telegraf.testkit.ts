import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AppProcess } from '@chatlane/processes';
import { until } from '../telegram.testkit.js';
import { startWorkerSystem, type WorkerSystem } from '../worker.testkit.js';

/** A bot author's repository with its own copy of Telegraf, and the workers that run its bots. */
export interface AuthorsFolder {
  path: string;
  telegram: WorkerSystem['telegram'];
  /** Writes a file, and returns its path. */
  write(name: string, source: string): string;
  /** Starts workers with a bot; `name` is the module's file. */
  run(source: string, options?: RunOptions): Promise<void>;
  /** Says something in a new chat or the given one, and resolves to the answers once that number has arrived. */
  ask(text: string, options?: { answers?: number; chat?: number }): Promise<string[]>;
  /** What all workers of the test have written. */
  output(): string;
  workers: readonly AppProcess[];
  stopWorkers(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Options of `run`. */
export interface RunOptions {
  workers?: number;
  name?: string;
  env?: Record<string, string>;
}

export async function openAuthorsFolder(): Promise<AuthorsFolder> {
  const system = await startWorkerSystem('');
  const path = makeFolder();
  const { telegram } = system;
  const workers: AppProcess[] = [];
  let updateId = 100;

  function write(name: string, source: string): string {
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, source);
    return file;
  }

  async function stopWorkers(): Promise<void> {
    for (const worker of workers.splice(0)) {
      worker.kill('SIGKILL');
      await worker.exited;
    }
  }

  return {
    path,
    telegram,
    write,
    workers,
    stopWorkers,
    async run(source, { workers: count = 1, name = `bot-${(updateId += 1)}.mjs`, env } = {}) {
      const BOT_MODULE = write(name, source);
      const starts = Array.from({ length: count }, () =>
        system.startWorker({ BOT_MODULE, ...env }),
      );
      workers.push(...(await Promise.all(starts)));
    },
    async ask(text, { answers = 1, chat = (updateId += 1) } = {}) {
      const of = () =>
        telegram.calls().filter(({ params }) => params.chat_id === chat && params.text);
      const before = of().length;
      await system.push(chat, (updateId += 1), text);
      await until(() => of().length >= before + answers);
      return of()
        .slice(before)
        .map(({ params }) => params.text as string);
    },
    output: () => workers.map((worker) => worker.output()).join('\n'),
    async [Symbol.asyncDispose]() {
      await stopWorkers();
      await system.stop();
      rmSync(path, { recursive: true });
    },
  };
}

/** Creates a folder with its own copy of Telegraf, and returns its path. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chatlane-own-'));
  writeFileSync(join(folder, 'package.json'), '{ "name": "my-bot" }');
  copyPackage('telegraf', import.meta.url, join(folder, 'node_modules'), new Set());
  return folder;
}

function copyPackage(name: string, from: string | URL, into: string, copied: Set<string>): void {
  if (copied.has(name)) return;
  copied.add(name);
  const manifestPath = manifestOf(name, from);
  cpSync(dirname(manifestPath), join(into, name), { recursive: true });
  const { dependencies = {} } = createRequire(import.meta.url)(manifestPath) as {
    dependencies?: Record<string, string>;
  };
  for (const each of Object.keys(dependencies)) {
    if (!each.startsWith('@')) copyPackage(each, manifestPath, into, copied);
  }
}

/** Searches the folders instead of using `resolve`, because a package may not export its manifest. */
function manifestOf(name: string, from: string | URL): string {
  const { resolve } = createRequire(from);
  const places = resolve.paths(name) ?? [];
  const manifest = places
    .map((place) => join(place, name, 'package.json'))
    .find((path) => existsSync(path));
  if (manifest === undefined) throw new Error(`${name} is not installed`);
  return manifest;
}
