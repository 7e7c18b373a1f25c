import type { S3StorageOptions } from './s3-options.js';
import type { openS3Storage } from './s3-storage.js';
import type { FileStorage } from './storage.js';

/**
 * Stores files as objects in a bucket. The AWS SDK takes half a second and 24 MB to load, so it is loaded on the first
 * call.
 */
export function createS3Storage(
  options: S3StorageOptions,
): FileStorage & { link: NonNullable<FileStorage['link']> } {
  let opened: Promise<ReturnType<typeof openS3Storage>> | undefined;
  const open = () =>
    (opened ??= import('./s3-storage.js').then((module) => module.openS3Storage(options)));
  return {
    put: async (...given) => (await open()).put(...given),
    get: async (...given) => (await open()).get(...given),
    stat: async (...given) => (await open()).stat(...given),
    delete: async (...given) => (await open()).delete(...given),
    list: async function* (prefix) {
      yield* (await open()).list(prefix);
    },
    link: async (...given) => (await open()).link(...given),
    check: async (...given) => (await open()).check(...given),
    removeLeftovers: async (...given) => (await open()).removeLeftovers(...given),
    close: async () => (await opened)?.close(),
  };
}
