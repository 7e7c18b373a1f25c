import { runProcess } from '@chatlane/runtime';
import { playgroundConfig } from './config.js';
import { createPlayground } from './service.js';

await runProcess({
  name: 'playground',
  env: process.env,
  config: playgroundConfig,
  create: createPlayground,
});
