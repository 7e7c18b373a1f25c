import { constants, copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Waits until the disk has a file's content, or a folder's names. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a folder with all above it; the new names are on the disk when this resolves. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let folder = path; folder.length >= first.length; folder = dirname(folder)) {
    await sync(dirname(folder));
  }
}

/**
 * Moves a file to `target` in one step: whoever looks sees the whole file or none. From another device it is copied to
 * `spare` first, which has to be on the target's.
 */
export async function moveWhole(source: string, target: string, spare: string): Promise<void> {
  await sync(source);
  try {
    await rename(source, target);
  } catch (error) {
    if (!isCode(error, 'EXDEV')) throw error;
    await copyWhole(source, target, spare);
  }
  await sync(dirname(target));
}

async function copyWhole(source: string, target: string, spare: string): Promise<void> {
  try {
    await copyFile(source, spare, constants.COPYFILE_EXCL);
    await sync(spare);
    await rename(spare, target);
  } catch (error) {
    await rm(spare, { force: true });
    throw error;
  }
  await rm(source, { force: true });
}

export function isCode(error: unknown, ...codes: string[]): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && codes.includes(code);
}
