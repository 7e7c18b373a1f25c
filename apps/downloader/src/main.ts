import { setFlagsFromString } from 'node:v8';
import { runProcess } from '@chatlane/runtime';
import { readDownloaderConfig } from './config.js';
import { createDownloaderService } from './service.js';

// Files stream past, and little is kept: a heap that stays small costs nothing that can be measured.
setFlagsFromString('--optimize-for-size');
// To optimize the largest functions, as the one that tells types, V8 takes tens of megabytes for a moment.
setFlagsFromString('--max-optimized-bytecode-size=4000');

await runProcess({
  name: 'downloader',
  env: process.env,
  config: readDownloaderConfig,
  create: createDownloaderService,
});
