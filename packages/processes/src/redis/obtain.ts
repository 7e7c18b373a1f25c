import { canUnpack } from '../debian/unpack.js';
import type { Program } from '../debian/unpacked.js';
import { redisAdvice } from './advice.js';
import { locateRedis, unpackedFolder } from './locate.js';
import { unpackRedis } from './unpack-redis.js';

/** The machine has no Redis, and none can be fetched. */
export class NoRedisError extends Error {
  /** @param faults why fetching failed, if it was tried, and how to install Redis */
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'NoRedisError';
  }
}

/**
 * Finds the machine's Redis server program, or unpacks Debian's.
 *
 * @param say is called with a line of text before packages are fetched
 * @param path default: this process's PATH
 * @param folder the folder for unpacked packages; default: `.chatlane/redis-server`
 * @throws NoRedisError that says how to install Redis
 */
export async function obtainRedis(
  say: (text: string) => void,
  path: string = process.env['PATH'] ?? '',
  folder: string = unpackedFolder,
): Promise<Program> {
  const found = locateRedis(path, folder);
  if (found) return found;
  const faults: string[] = [];
  if (canUnpack(path)) {
    say(
      'No Redis here yet: fetching the packages into .chatlane/redis-server (nothing is installed)',
    );
    try {
      return await unpackRedis(folder, path);
    } catch (error) {
      faults.push(`Fetching Redis' packages failed: ${(error as Error).message}`);
    }
  }
  throw new NoRedisError([...faults, redisAdvice(path)]);
}
