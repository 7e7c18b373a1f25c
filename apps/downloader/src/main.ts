import { runProcess } from '@chatlane/runtime';
import { readDownloaderConfig } from './config.js';
import { createDownloaderService } from './service.js';

await runProcess({
  name: 'downloader',
  env: process.env,
  config: readDownloaderConfig,
  create: createDownloaderService,
});
