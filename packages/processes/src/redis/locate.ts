import { join } from 'node:path';
import { locateUnpacked, type Program } from '../debian/unpacked.js';
import { findCommand } from '../find-command.js';
import { dataRoot } from '../repository.js';

/** What the server (or Valkey's) is called. */
export const redisNames: readonly string[] = ['redis-server', 'valkey-server'];

/** Where packages are unpacked when the machine has no Redis of its own. */
export const unpackedFolder = join(dataRoot, 'redis-server');

/** The server on `path`, else the one unpacked into `folder` earlier, else undefined. */
export function locateRedis(
  path: string = process.env['PATH'] ?? '',
  folder: string = unpackedFolder,
): Program | undefined {
  const command = findCommand(redisNames, path);
  return command === undefined ? locateUnpacked(redisNames, folder) : { command, env: {} };
}
