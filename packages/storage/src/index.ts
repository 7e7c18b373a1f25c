export { createStorage, type StorageOptions } from './create-storage.js';
export { createFsStorage, type FsStorageOptions } from './fs-storage.js';
export { safeHeaders, type SafeHeaders } from './content-disposition.js';
export {
  createFileLinks,
  fileLinksPath,
  type FileLinks,
  type LinkedFile,
  type OpenLink,
} from './file-links.js';
export { createS3Storage } from './lazy-s3-storage.js';
export type { S3StorageOptions } from './s3-options.js';
export { storageKey } from './storage-key.js';
export type {
  ByteRange,
  FileAbout,
  FileStorage,
  LinkOptions,
  ListedFile,
  OpenFile,
  ReadableStorage,
} from './storage.js';
