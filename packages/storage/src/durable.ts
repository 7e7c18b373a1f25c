import { fstatSync } from 'node:fs';
import { constants, copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Waits until the disk has a file's content, or a folder's names. */
async function sync(path: string): Promise<void> {
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
 * Moves a file to `target` in one step: whoever looks sees the whole file or none, with the permissions `mode`. Makes
 * the folders it needs. From another device it is copied to `spare` first, which has to be on the target's.
 *
 * @throws Error when the source is not of `size` bytes
 */
export async function moveWhole(move: {
  source: string;
  target: string;
  spare: string;
  size: number;
  mode: number;
}): Promise<void> {
  const { source, target, spare } = move;
  const handle = await open(source, 'r').catch((error: unknown) => {
    // Not the storage's folder, which the same code would stand for.
    throw isCode(error, 'ENOENT') ? new Error('the file to be stored is gone') : error;
  });
  try {
    // Of an open file: the disk is not asked, and a promise costs many times the call.
    const found = fstatSync(handle.fd);
    if (found.size !== move.size) {
      throw new Error(`a file of ${move.size} bytes was announced, and ${found.size} are there`);
    }
    if ((found.mode & 0o777) !== move.mode) await handle.chmod(move.mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await renameInto(source, target).catch(async (error: unknown) => {
    if (!isCode(error, 'EXDEV')) throw error;
    await makeFolder(dirname(spare));
    await copyWhole(source, target, spare);
  });
  await sync(dirname(target));
}

/** Nearly always the folder is there already. */
async function renameInto(source: string, target: string): Promise<void> {
  try {
    await rename(source, target);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
    await makeFolder(dirname(target));
    await rename(source, target);
  }
}

async function copyWhole(source: string, target: string, spare: string): Promise<void> {
  try {
    await copyFile(source, spare, constants.COPYFILE_EXCL);
    await sync(spare);
    await renameInto(spare, target);
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
