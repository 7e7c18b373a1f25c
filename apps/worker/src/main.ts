import { runProcess } from '@chatlane/runtime';
import { readWorkerConfig } from './config.js';
import { createWorker } from './service.js';

await runProcess({
  name: 'worker',
  env: process.env,
  config: readWorkerConfig,
  create: createWorker,
});
