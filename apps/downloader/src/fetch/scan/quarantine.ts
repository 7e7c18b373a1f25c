import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The report stored next to a quarantined file. */
export interface Infection {
  sha256: string;
  size: number;
  /** The scanner's description. */
  found: string;
  /** The `file_unique_id` and the user of the request. */
  file: string;
  userId: number;
}

/** Moves an infected file away. */
export type Quarantine = (path: string, infection: Infection) => Promise<void>;

/** Keeps infected files under their hash for an operator. @param dir undefined: they are deleted */
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
      // A partial copy is useless.
      await Promise.all([kept, `${kept}.json`].map((each) => rm(each, { force: true })));
      throw error;
    }
  };
}
