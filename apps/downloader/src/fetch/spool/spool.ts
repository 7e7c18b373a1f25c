import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createSpoolFile, type SpoolFile } from './spool-file.js';
import { readCheckpoint } from './checkpoint.js';

/** A folder for incomplete files. */
export interface Spool {
  /** Creates the folder. @throws Error that says what to do */
  start(): Promise<void>;
  /** Opens a new file for a request, starting with what an earlier attempt on this machine received. */
  open(requestId: string): Promise<SpoolFile>;
  /** Deletes files that were not touched for this long. Returns how many. */
  removeLeftovers(olderThanMs: number): Promise<number>;
}

/**
 * Each attempt writes to a file of its own, so that a frozen attempt that resumes cannot mix anything into another's.
 * What an earlier attempt has received is copied, verified by its hash, and then deleted.
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
