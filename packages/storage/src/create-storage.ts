import { createFsStorage, type FsStorageOptions } from './fs-storage.js';
import { createS3Storage } from './lazy-s3-storage.js';
import type { S3StorageOptions } from './s3-options.js';
import type { FileStorage } from './storage.js';

/** The kind of storage, and its options. */
export type StorageOptions =
  ({ kind: 'fs' } & FsStorageOptions) | ({ kind: 's3' } & S3StorageOptions);

/**
 * The storage that the options describe. It accesses nothing before `check`.
 *
 * @example
 * const storage = createStorage({ kind: 'fs', dir: '/srv/files' });
 * await storage.check();
 */
export function createStorage(options: StorageOptions): FileStorage {
  return options.kind === 'fs' ? createFsStorage(options) : createS3Storage(options);
}
