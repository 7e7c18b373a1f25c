import { setFlagsFromString } from 'node:v8';
import { runProcess } from '@chatlane/runtime';
import { readDownloaderConfig } from './config.js';
import { createDownloaderService } from './service.js';

// Files stream past, and little is kept: a heap that stays small costs nothing that can be measured. And the parser of
// HTTP is one large function of WebAssembly, to optimize which takes V8 some 25 MB for a moment.
setFlagsFromString('--optimize-for-size');
setFlagsFromString('--liftoff-only');

await runProcess({
  name: 'downloader',
  env: process.env,
  config: readDownloaderConfig,
  create: createDownloaderService,
});
