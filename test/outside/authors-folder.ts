import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** The folder of a bot's author, outside of this repository. */
export interface AuthorsFolder {
  path: string;
  write(file: string, text: string): void;
  remove(): void;
}

/** Packs all packages, and installs them and Telegraf into an empty folder. Needs a build. */
export async function createAuthorsFolder(): Promise<AuthorsFolder> {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'my-bot-')));
  const packs = mkdtempSync(join(tmpdir(), 'chatlane-packs-'));
  try {
    await run('npm', ['run', 'pack', '--', packs], { cwd: root });
    const tarballs = readdirSync(packs).map((file) => join(packs, file));
    writeFileSync(join(path, 'package.json'), '{ "private": true, "type": "module" }\n');
    const options = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
    await run('npm', ['install', ...options, ...tarballs, 'telegraf@4.16.3'], { cwd: path });
  } finally {
    rmSync(packs, { recursive: true });
  }
  return {
    path,
    write: (file, text) => writeFileSync(join(path, file), text),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
