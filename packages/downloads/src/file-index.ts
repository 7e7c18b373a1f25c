import type { StoredFile } from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import { fileKeys } from './keys.js';

/** A user's stored files. */
export interface FileIndex {
  /**
   * The user's files, newest first: those whose name or caption contains all `words` (ignoring case), at most `limit`
   * after the first `offset`, and their total number.
   */
  list(
    userId: number,
    choice: { words?: string; offset: number; limit: number },
  ): Promise<{ files: StoredFile[]; total: number }>;
  /** One of the user's files by its `file_unique_id`. */
  get(userId: number, id: string): Promise<StoredFile | undefined>;
}

/** How many names a search reads at a time. */
const CHUNK = 500;

/** Opens the index of stored files of a deployment. Read-only. */
export function createFileIndex({ redis, name }: { redis: Redis; name: string }): FileIndex {
  const keys = fileKeys(name);

  async function read(userId: number, ids: string[]): Promise<StoredFile[]> {
    if (ids.length === 0) return [];
    const entries = await redis.hmget(keys.entries(userId), ...ids);
    // A file that was deleted in between no longer exists.
    return entries.flatMap((entry) => (entry === null ? [] : [JSON.parse(entry) as StoredFile]));
  }

  return {
    async list(userId, { words = '', offset, limit }) {
      const wanted = folded(words).split(/\s+/u).filter(Boolean);
      const index = keys.index(userId);
      if (wanted.length === 0) {
        const ids = limit > 0 ? await redis.zrevrange(index, offset, offset + limit - 1) : [];
        return { files: await read(userId, ids), total: await redis.zcard(index) };
      }
      const files: StoredFile[] = [];
      let total = 0;
      for (let from = 0; ; from += CHUNK) {
        const ids = await redis.zrevrange(index, from, from + CHUNK - 1);
        for (const file of await read(userId, ids)) {
          const called = folded(`${file.name} ${file.caption ?? ''}`);
          if (!wanted.every((word) => called.includes(word))) continue;
          if (total >= offset && files.length < limit) files.push(file);
          total += 1;
        }
        if (ids.length < CHUNK) return { files, total };
      }
    },
    async get(userId, id) {
      const [file] = await read(userId, [id]);
      return file;
    },
  };
}

/** Case-folded, with accents normalized. */
function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
