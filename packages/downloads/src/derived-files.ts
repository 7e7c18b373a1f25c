import { rm } from 'node:fs/promises';
import type { MediaKind, StoredFile } from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import { fileKeys } from './keys.js';
import type { DownloadStorage, FetchedFile } from './ports.js';
import { announceDerivedScript, recordDerivedScript } from './scripts.js';

/** Longer than any put takes. */
const LEASE_MS = 600_000;

/** Stores files that processors derive from users' files. */
export interface DerivedFiles {
  /**
   * Stores a file that `maker` derived from a user's file. The derived file is deleted with that file, and is not
   * listed. A second one by the same maker replaces the first. Its `id` is that of the user's file with `.<maker>`
   * appended, and its `fileId` is empty, because Telegram does not have it.
   *
   * @returns undefined when the user no longer has the file
   */
  keep(
    of: { userId: number; file: StoredFile },
    maker: string,
    made: FetchedFile & { kind: MediaKind },
  ): Promise<StoredFile | undefined>;
}

/** Options of `createDerivedFiles`. */
export interface DerivedFilesOptions {
  /** A connection. The caller closes it. */
  redis: Redis;
  /** The name of the deployment: the prefix of all its keys. */
  name: string;
  /** Where derived files are stored. */
  storage: Pick<DownloadStorage, 'put'>;
  /** As in `createDownloader`. */
  keyOf(file: { id: string; sha256: string; kind: MediaKind }): string;
}

/** Opens the store of derived files of a deployment. */
export function createDerivedFiles(options: DerivedFilesOptions): DerivedFiles {
  const { redis, name, storage } = options;
  const keys = fileKeys(name);
  return {
    async keep({ userId, file }, maker, { path, size, sha256, type, name: called, kind }) {
      const id = `${file.id}.${maker}`;
      const owner = [userId, file.id, maker];
      try {
        const wanted = options.keyOf({ id, sha256, kind });
        const put = await announceDerivedScript.run(redis, keys.scope, [
          ...owner,
          wanted,
          LEASE_MS,
        ]);
        if (!put) return undefined;
        const { key, now: storedAt } = put;
        await storage.put(key, { path }, { size, sha256, type }).catch(async (error: unknown) => {
          // The put may have succeeded anyway.
          await redis.sadd(keys.unsettled(userId), key);
          await redis.zrem(keys.making(userId), key);
          throw error;
        });
        const about = { id, fileId: '', kind, name: called, type, size, sha256, key, storedAt };
        const { expiresAt } = file;
        const made: StoredFile = { ...about, ...(expiresAt !== undefined && { expiresAt }) };
        const args = [...owner, key, JSON.stringify(made)];
        return (await recordDerivedScript.run(redis, keys.scope, args)) ? made : undefined;
      } finally {
        await rm(path, { force: true });
      }
    },
  };
}
