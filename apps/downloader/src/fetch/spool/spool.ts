import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createSpoolFile, type SpoolFile } from './spool-file.js';
import { readCheckpoint } from './checkpoint.js';

/** A folder of files that are not yet whole. */
export interface Spool {
  /** Makes the folder. @throws Error saying what to do */
  start(): Promise<void>;
  /** A file of one's own for a request, with what an earlier attempt on this machine has left of it. */
  open(requestId: string): Promise<SpoolFile>;
  /** Removes what nobody has touched for so long; how many files. */
  removeLeftovers(olderThanMs: number): Promise<number>;
}

/**
 * Each attempt writes a file that no other ever writes, so that one that froze and comes back mixes nothing into
 * another's. What it has left is copied, checked by its hash, and removed.
 */
export function createSpool(dir: string): Spool {
  const list = async (begin = ''): Promise<string[]> =>
    (await readdir(dir)).filter((name) => ours.test(name) && name.startsWith(begin));
  const remove = (names: string[]): Promise<unknown> =>
    Promise.all(names.map((name) => rm(join(dir, name), { force: true })));
  return {
    async start() {
      await mkdir(dir, { recursive: true, mode: 0o700 });
    },
    async open(requestId) {
      const key = createHash('sha256').update(requestId).digest('hex').slice(0, 32);
      const left = await list(`${key}-`);
      const name = `${key}-${randomBytes(8).toString('hex')}.part`;
      const file = await createSpoolFile(join(dir, name));
      try {
        const [best] = left
          .filter((each) => each.endsWith('.part'))
          .map((each) => join(dir, each))
          .map((path) => ({ path, checkpoint: readCheckpoint(path) }))
          .sort((a, b) => (b.checkpoint?.received ?? 0) - (a.checkpoint?.received ?? 0));
        if (best?.checkpoint?.received) await file.adopt(best.path, best.checkpoint);
        await remove(left);
        return file;
      } catch (error) {
        file.discard();
        throw error;
      }
    },
    async removeLeftovers(olderThanMs) {
      const before = Date.now() - olderThanMs;
      const old = await Promise.all(
        (await list()).map(async (name) => {
          const found = await stat(join(dir, name)).catch(() => undefined);
          return found !== undefined && found.mtimeMs < before ? [name] : [];
        }),
      );
      await remove(old.flat());
      return old.flat().length;
    },
  };
}

const ours = /^[\da-f]{32}-[\da-f]{16}\.part(\.json(\.new)?)?$/;
