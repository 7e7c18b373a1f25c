import type { Role } from '@chatlane/runtime';
import { readDownloaderConfig, type DownloaderConfig } from './config.js';
import { createDownloaderService } from './service.js';

/** Fetches the files that bots ask for. */
export const downloader: Role<DownloaderConfig> = {
  name: 'downloader',
  config: readDownloaderConfig,
  create: createDownloaderService,
};
