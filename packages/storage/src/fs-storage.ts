import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, open, opendir, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { isCode, makeFolder, moveWhole } from './durable.js';
import { checkedKey } from './storage-key.js';
import type { FileStorage, ListedFile, OpenFile } from './storage.js';

/** Options of a storage in a file system. */
export interface FsStorageOptions {
  /** A folder used by the storage only, with `files` and `spool` in it. All processes use the same one. */
  dir: string;
}

/**
 * Stores files in a folder. A file is created by rename(2) from `<dir>/spool` after fsync. It is never written to
 * afterwards, and is readable by its owner and group only.
 */
export function createFsStorage(options: FsStorageOptions): FileStorage & { spool: string } {
  const dir = resolve(options.dir);
  const files = join(dir, 'files');
  const spool = join(dir, 'spool');
  const pathOf = (key: string): string => join(files, checkedKey(key));

  const storage: FileStorage & { spool: string } = {
    spool,

    async put(key, source, about, { signal } = {}) {
      const target = pathOf(key);
      signal?.throwIfAborted();
      try {
        const spare = join(spool, `copy-${randomUUID()}`);
        await moveWhole({ source: source.path, target, spare, size: about.size, mode: 0o440 });
      } catch (error) {
        throw explained(error, dir);
      }
    },

    async get(key, range): Promise<OpenFile | undefined> {
      const path = pathOf(key);
      const handle = await open(path, 'r').catch(absent);
      if (!handle) return undefined;
      const { size } = await handle.stat();
      const { start = 0, end = size - 1 } = range ?? {};
      if (start >= size || end < start) {
        await handle.close();
        return { stream: Readable.from([]), size };
      }
      return { stream: createReadStream(path, { fd: handle, start, end }), size };
    },

    async stat(key) {
      const found = await stat(pathOf(key)).catch(absent);
      return found?.isFile() ? { size: found.size } : undefined;
    },

    async delete(key) {
      await rm(pathOf(key), { force: true });
    },

    list: (prefix = '') => list(files, '', prefix),

    async check(needed = 'write') {
      try {
        if (needed === 'read') return await access(dir, constants.R_OK | constants.X_OK);
        await makeFolder(files);
        await makeFolder(spool);
        const probe = join(spool, `probe-${randomUUID()}`);
        await writeFile(probe, 'probe', { flush: true });
        await rm(probe);
      } catch (error) {
        throw explained(error, dir);
      }
    },

    async removeLeftovers(olderThanMs) {
      const before = Date.now() - olderThanMs;
      let removed = 0;
      for await (const path of filesIn(spool)) {
        const found = await stat(path).catch(absent);
        if (!found || found.mtimeMs > before) continue;
        await rm(path, { force: true });
        removed += 1;
      }
      return removed;
    },

    close: () => Promise.resolve(),
  };
  return storage;
}

async function* list(root: string, above: string, prefix: string): AsyncGenerator<ListedFile> {
  const folder = await opendir(join(root, above)).catch(absent);
  if (!folder) return;
  for await (const entry of folder) {
    const key = `${above}${entry.name}`;
    if (entry.isDirectory()) {
      const inside = `${key}/`;
      if (inside.startsWith(prefix) || prefix.startsWith(inside)) yield* list(root, inside, prefix);
    } else if (entry.isFile() && key.startsWith(prefix)) {
      const found = await stat(join(root, key)).catch(absent);
      if (found) yield { key, size: found.size, modifiedAt: found.mtimeMs };
    }
  }
}

/** The paths of all files in a folder, recursively. */
async function* filesIn(path: string): AsyncGenerator<string> {
  const folder = await opendir(path).catch(absent);
  if (!folder) return;
  for await (const entry of folder) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) yield* filesIn(inside);
    else yield inside;
  }
}

function absent(error: unknown): undefined {
  if (!isCode(error, 'ENOENT', 'ENOTDIR')) throw error;
}

/** Adds a remedy to a file system error. */
function explained(error: unknown, dir: string): unknown {
  const known: Record<string, string> = {
    ENOSPC: 'is full: free some space, or move STORAGE_DIR to a larger disk',
    EDQUOT: 'has reached its quota: free some space, or raise the quota',
    EFBIG: 'does not accept a file of this size',
    EROFS: 'is mounted read-only: mount it writable, or set STORAGE_DIR to another folder',
    EACCES:
      'is not accessible to this user: change its owner, or set STORAGE_DIR to another folder',
    EPERM: 'is not accessible to this user: change its owner, or set STORAGE_DIR to another folder',
    ENOENT: 'does not exist: create it, or set STORAGE_DIR to another folder',
    ENOTDIR: 'is not a folder: set STORAGE_DIR to one',
  };
  const { code } = (error ?? {}) as { code?: string };
  const sentence = known[code ?? ''];
  if (!sentence) return error;
  return Object.assign(new Error(`the storage in ${dir} ${sentence}`, { cause: error }), { code });
}
