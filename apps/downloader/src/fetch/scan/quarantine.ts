import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What is written beside a file in quarantine. */
export interface Infection {
  sha256: string;
  size: number;
  /** What the scan said. */
  found: string;
  /** `file_unique_id`, and whose request it was. */
  file: string;
  userId: number;
}

/** Takes an infected file away from where it lies. */
export type Quarantine = (path: string, infection: Infection) => Promise<void>;

/** Keeps infected files, under their hash, for an operator to look at. @param dir undefined: they are deleted */
export function createQuarantine(dir: string | undefined): Quarantine {
  return async (path, infection) => {
    if (dir === undefined) return rm(path, { force: true });
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const kept = join(dir, infection.sha256);
    const about = JSON.stringify({ ...infection, at: new Date().toISOString() });
    try {
      await writeFile(`${kept}.json`, `${about}\n`, { mode: 0o600 });
      await rename(path, kept).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EXDEV') throw error;
        await copyFile(path, kept);
        await rm(path);
      });
    } catch (error) {
      // Half of it is of no use, and in the way.
      await Promise.all([kept, `${kept}.json`].map((each) => rm(each, { force: true })));
      throw error;
    }
  };
}
