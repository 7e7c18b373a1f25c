import { setFlagsFromString } from 'node:v8';
import { runProcess } from '@chatlane/runtime';
import { downloader } from './role.js';

// Optimizing a very large function takes V8 tens of megabytes for a moment. The HTTP parser (WebAssembly) and the
// detector of types are such functions, and neither is a bottleneck.
setFlagsFromString('--liftoff-only');
setFlagsFromString('--max-optimized-bytecode-size=4000');

await runProcess({ ...downloader, env: process.env });
