import { fstatSync } from 'node:fs';
import { constants, copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Flushes a file's content, or a folder's entries, to the disk. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Creates a folder and its parents. The new entries are on the disk when this resolves. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let folder = path; folder.length >= first.length; folder = dirname(folder)) {
    await sync(dirname(folder));
  }
}

/**
 * Moves a file to `target` atomically: readers see the whole file or none. Sets the permissions to `mode` and creates
 * missing folders. From another device the file is first copied to `spare`, which must be on the target's device.
 *
 * @throws Error when the source does not have `size` bytes
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
    // ENOENT here means the source; a missing target folder is handled below.
    throw isCode(error, 'ENOENT') ? new Error('the source file does not exist') : error;
  });
  try {
    // Synchronous on purpose: fstat of an open file does not touch the disk, and a promise costs far more than the
    // call.
    const found = fstatSync(handle.fd);
    if (found.size !== move.size) {
      throw new Error(`expected a file of ${move.size} bytes, but found ${found.size}`);
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

/** Renames, creating the folder only when it is missing: it nearly always exists. */
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

/** Whether an error has one of the system error codes. */
export function isCode(error: unknown, ...codes: string[]): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && codes.includes(code);
}
