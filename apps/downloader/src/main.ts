import { setFlagsFromString } from 'node:v8';
import { runProcess } from '@chatlane/runtime';
import { readDownloaderConfig } from './config.js';
import { createDownloaderService } from './service.js';

// To optimize a very large function takes V8 tens of megabytes for a moment: the parser of HTTP is one, of WebAssembly,
// and the detector of types another. Neither is where the time goes.
setFlagsFromString('--liftoff-only');
setFlagsFromString('--max-optimized-bytecode-size=4000');

await runProcess({
  name: 'downloader',
  env: process.env,
  config: readDownloaderConfig,
  create: createDownloaderService,
});
