import type { DownloadRequest } from '@chatlane/contracts';
import type { DownloaderOptions } from '@chatlane/downloads';

export declare const request: DownloadRequest;
export declare const {
  redis,
  name,
  fetchFile,
  checkStored,
  storage,
  keyOf,
  notify,
}: DownloaderOptions;
