import { rm } from 'node:fs/promises';
import type { MediaKind, StoredFile } from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import { fileKeys } from './keys.js';
import type { DownloadStorage, FetchedFile } from './ports.js';
import { announceScript, recordMadeScript } from './scripts.js';

/** A put takes less. */
const LEASE_MS = 600_000;

/** Keeps what processors make of users' files. */
export interface MadeFiles {
  /**
   * Stores a file that `maker` made of a user's file; it goes when that goes, and is not listed. Made again, it takes the
   * place of the one before. Its `id` is that of the file with `.<maker>`, its `fileId` empty: Telegram has not got it.
   *
   * @returns undefined: the user has the file no more, and so not this one either
   */
  keep(
    of: { userId: number; file: StoredFile },
    maker: string,
    made: FetchedFile & { kind: MediaKind },
  ): Promise<StoredFile | undefined>;
}

export interface MadeFilesOptions {
  redis: Redis;
  name: string;
  storage: Pick<DownloadStorage, 'put'>;
  /** As for `createDownloader`. */
  keyOf(file: { id: string; sha256: string; kind: MediaKind }): string;
}

export function createMadeFiles(options: MadeFilesOptions): MadeFiles {
  const { redis, name, storage } = options;
  const keys = fileKeys(name);
  return {
    async keep({ userId, file }, maker, { path, size, sha256, type, name: called, kind }) {
      const id = `${file.id}.${maker}`;
      const owner = [userId, file.id, maker];
      try {
        const wanted = options.keyOf({ id, sha256, kind });
        const put = await announceScript.run(redis, keys.scope, [...owner, wanted, LEASE_MS]);
        if (!put) return undefined;
        const { key, now: storedAt } = put;
        await storage.put(key, { path }, { size, sha256, type }).catch(async (error: unknown) => {
          // It may be there all the same.
          await redis.sadd(keys.unsettled(userId), key);
          await redis.zrem(keys.making(userId), key);
          throw error;
        });
        const about = { id, fileId: '', kind, name: called, type, size, sha256, key, storedAt };
        const { expiresAt } = file;
        const made: StoredFile = { ...about, ...(expiresAt !== undefined && { expiresAt }) };
        const args = [...owner, key, JSON.stringify(made)];
        return (await recordMadeScript.run(redis, keys.scope, args)) ? made : undefined;
      } finally {
        await rm(path, { force: true });
      }
    },
  };
}
