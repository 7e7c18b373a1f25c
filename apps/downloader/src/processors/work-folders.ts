import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Work folders, one for each run of a job. */
export interface WorkFolders {
  /** Creates a folder with an empty folder `out` in it, and deletes those of the job's earlier runs on this machine. */
  open(jobId: string): Promise<string>;
  /** Deletes folders that were not touched for this long. */
  removeLeftovers(olderThanMs: number): Promise<void>;
}

export function createWorkFolders(dir: string): WorkFolders {
  const remove = (name: string): Promise<void> =>
    rm(join(dir, name), { recursive: true, force: true });
  const list = async (): Promise<string[]> =>
    (await readdir(dir)).filter((each) => ours.test(each));
  return {
    async open(jobId) {
      const key = createHash('sha256').update(jobId).digest('hex').slice(0, 32);
      const folder = join(dir, `${key}-${randomBytes(8).toString('hex')}`);
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const left = (await list()).filter((each) => each.startsWith(`${key}-`));
      await Promise.all(left.map(remove));
      await mkdir(join(folder, 'out'), { recursive: true, mode: 0o700 });
      return folder;
    },
    async removeLeftovers(olderThanMs) {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const before = Date.now() - olderThanMs;
      for (const name of await list()) {
        const found = await stat(join(dir, name)).catch(() => undefined);
        if (found && found.mtimeMs < before) await remove(name);
      }
    },
  };
}

const ours = /^[\da-f]{32}-[\da-f]{16}$/;
