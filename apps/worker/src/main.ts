import { runProcess } from '@chatlane/runtime';
import { readWorkerConfig } from './config.js';
import { storeTelegrafSessionsInLanes } from './telegraf-session.js';

// Before anything imports Telegraf, because the bot of BOT_MODULE may use the worker's copy of it.
storeTelegrafSessionsInLanes(import.meta.url);
const { createWorker } = await import('./service.js');

await runProcess({
  name: 'worker',
  env: process.env,
  config: readWorkerConfig,
  create: createWorker,
});
