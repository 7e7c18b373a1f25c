export { createFsStorage, type FsStorageOptions } from './fs-storage.js';
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
