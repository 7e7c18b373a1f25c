import { runProcess } from '@chatlane/runtime';
import { readWorkerConfig } from './config.js';
import { prepareTelegraf } from './telegraf/host.js';

// Before anything imports Telegraf, because the bot of BOT_MODULE may use the worker's copy of it.
const telegraf = prepareTelegraf();
const { createWorker } = await import('./service.js');

await runProcess({
  name: 'worker',
  env: process.env,
  config: readWorkerConfig,
  create: (config, context) => createWorker(config, context, telegraf),
});
