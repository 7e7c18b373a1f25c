import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findCommand } from '../find-command.js';

/** A program on this machine. */
export interface Program {
  /** The path of the program. */
  command: string;
  /** Environment variables that it needs besides PATH, such as the path of its unpacked libraries. */
  env: Record<string, string>;
}

/** The first of `names` in a folder with unpacked Debian packages. */
export function locateUnpacked(names: readonly string[], folder: string): Program | undefined {
  const path = ['usr/bin', 'usr/sbin'].map((part) => join(folder, part)).join(delimiter);
  const command = findCommand(names, path);
  if (command === undefined) return undefined;
  const libraries = libraryFolders(folder).join(':');
  return { command, env: libraries === '' ? {} : { LD_LIBRARY_PATH: libraries } };
}

/** The folders that contain shared libraries, such as `usr/lib/<architecture>`. */
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
