import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import type { Standing } from '../source/source.js';

/** Up to where a file is known to be right, written beside it. */
export interface Checkpoint extends Standing {
  /** Of the bytes received, hexadecimal. */
  sha256: string;
}

/** The file was taken over by another attempt, which has removed it. */
class SupersededError extends Error {
  override readonly name = 'SupersededError';
}

/** @throws SupersededError when the file itself is there no more */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  await stat(path).catch(() => {
    throw new SupersededError('Another attempt has taken this download over');
  });
  await writeFile(`${path}.json.new`, JSON.stringify(checkpoint));
  await rename(`${path}.json.new`, `${path}.json`);
}

/** undefined: none, or none that can be read. */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  try {
    return JSON.parse(await readFile(`${path}.json`, 'utf8')) as Checkpoint;
  } catch {
    return undefined;
  }
}
