import { runProcess } from '@chatlane/runtime';
import { readWorkerConfig } from './config.js';
import { keepTelegrafSessions } from './telegraf-session.js';

// Before anything imports Telegraf: a bot of BOT_MODULE may import the worker's own copy of it.
keepTelegrafSessions(import.meta.url);
const { createWorker } = await import('./service.js');

await runProcess({
  name: 'worker',
  env: process.env,
  config: readWorkerConfig,
  create: createWorker,
});
