import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findCommand } from '../find-command.js';
import { dataRoot } from '../repository.js';

/** A Redis (or Valkey) server program on this machine. */
export interface RedisProgram {
  command: string;
  /** What its environment needs beyond PATH: where the libraries unpacked beside it lie. */
  env: Record<string, string>;
}

/** Where packages are unpacked when the machine has no Redis of its own. */
export const unpackedFolder = join(dataRoot, 'redis-server');

/** The server on `path`, else the one unpacked into `folder` earlier, else undefined. */
export function locateRedis(
  path: string = process.env['PATH'] ?? '',
  folder: string = unpackedFolder,
): RedisProgram | undefined {
  const command = findCommand(['redis-server', 'valkey-server'], path);
  return command === undefined ? locateUnpacked(folder) : { command, env: {} };
}

/** The server in a folder that Debian packages were unpacked into. */
export function locateUnpacked(folder: string): RedisProgram | undefined {
  const command = findCommand(['redis-server', 'valkey-server'], join(folder, 'usr/bin'));
  if (command === undefined) return undefined;
  const libraries = libraryFolders(folder).join(':');
  return { command, env: libraries === '' ? {} : { LD_LIBRARY_PATH: libraries } };
}

/** `usr/lib/<architecture>` and its kin: the folders that hold a shared library. */
function libraryFolders(folder: string): string[] {
  return ['usr/lib', 'lib']
    .map((part) => join(folder, part))
    .filter((part) => existsSync(part))
    .flatMap((part) => [part, ...subfolders(part)])
    .filter((part) => readdirSync(part).some((name) => name.includes('.so.')));
}

function subfolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
}
