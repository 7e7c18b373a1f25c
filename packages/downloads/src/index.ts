export {
  createDownloadQueue,
  type DownloadQueue,
  type DownloadQueueOptions,
} from './download-queue.js';
export type { FileJobKind } from './requests.js';
export { createFileIndex, type FileIndex } from './file-index.js';
export { createDownloader, type Downloader } from './downloader.js';
export type { DownloaderOptions } from './options.js';
export { defaultLimits, type DailyQuota, type DownloadLimits } from './limits.js';
export type {
  CheckStored,
  DownloadStorage,
  DownloadTry,
  FetchedFile,
  FetchFile,
  KnownContent,
} from './ports.js';
export type { DownloadObserver, DownloadOutcome, PutOffCause } from './observer.js';
export { createDeadDownloads, type DeadDownload, type DeadDownloads } from './dead-downloads.js';
export { createDownloadStats, type DownloadStats } from './stats.js';
export { observeDownloads } from './metrics.js';
export {
  createDerivedFiles,
  type DerivedFiles,
  type DerivedFilesOptions,
} from './derived-files.js';
