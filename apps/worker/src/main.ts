import { runProcess } from '@chatlane/runtime';
import { readWorkerConfig } from './config.js';
import { storeTelegrafSessionsInLanes } from './telegraf-session.js';

// Before anything imports Telegraf: a bot of BOT_MODULE may import the worker's own copy of it.
storeTelegrafSessionsInLanes(import.meta.url);
const { createWorker } = await import('./service.js');

await runProcess({
  name: 'worker',
  env: process.env,
  config: readWorkerConfig,
  create: createWorker,
});
