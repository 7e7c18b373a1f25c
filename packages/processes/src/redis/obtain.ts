import { canUnpack } from '../debian/unpack.js';
import type { Program } from '../debian/unpacked.js';
import { redisAdvice } from './advice.js';
import { locateRedis, unpackedFolder } from './locate.js';
import { unpackRedis } from './unpack-redis.js';

/** This machine has no Redis, and none can be fetched. */
export class NoRedisError extends Error {
  /** @param faults why fetching failed, if it was tried, and what to type to get a Redis */
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'NoRedisError';
  }
}

/**
 * A Redis server program: this machine's, or Debian's packages unpacked.
 *
 * @param say called with a line of text before packages are fetched
 * @param path default: this process's PATH
 * @param folder where packages are unpacked; default: `.chatlane/redis-server`
 * @throws NoRedisError with what to type
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
