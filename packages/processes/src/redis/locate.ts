import { join } from 'node:path';
import { locateUnpacked, type Program } from '../debian/unpacked.js';
import { findCommand } from '../find-command.js';
import { dataRoot } from '../project.js';

/** The program names of the Redis server and of the Valkey server. */
export const redisNames: readonly string[] = ['redis-server', 'valkey-server'];

/** The folder into which packages are unpacked if the machine has no Redis. */
export const unpackedFolder = join(dataRoot, 'redis-server');

/** Finds the server on `path`, or the one unpacked into `folder` earlier, or returns undefined. */
export function locateRedis(
  path: string = process.env['PATH'] ?? '',
  folder: string = unpackedFolder,
): Program | undefined {
  const command = findCommand(redisNames, path);
  return command === undefined ? locateUnpacked(redisNames, folder) : { command, env: {} };
}
