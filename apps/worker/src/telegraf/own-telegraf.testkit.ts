import { cpSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Creates a folder of its own with its own copy of Telegraf, like a bot author's repository.
 *
 * @returns the folder's path
 */
export function makeBotFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chatlane-own-'));
  writeFileSync(join(folder, 'package.json'), '{ "name": "my-bot" }');
  copyPackage('telegraf', import.meta.url, join(folder, 'node_modules'), new Set());
  return folder;
}

/** Writes a file of the folder, and returns its path. */
export function writeBot(folder: string, name: string, source: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, source);
  return path;
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

/** Not resolved by the name, because packages may not export their manifest. */
function manifestOf(name: string, from: string | URL): string {
  const { resolve } = createRequire(from);
  const places = resolve.paths(name) ?? [];
  const manifest = places
    .map((place) => join(place, name, 'package.json'))
    .find((path) => existsSync(path));
  if (manifest === undefined) throw new Error(`${name} is not installed`);
  return manifest;
}
