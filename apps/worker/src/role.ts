import type { Role } from '@chatlane/runtime';
import { readWorkerConfig, type WorkerConfig } from './config.js';
import { createPreparedWorker } from './prepared-worker.js';
import { prepareTelegraf } from './telegraf/host.js';

/**
 * Runs the bot. Call this before anything imports Telegraf, because the bot of BOT_MODULE may use the worker's copy of it.
 */
export function prepareWorker(): Role<WorkerConfig> {
  const telegraf = prepareTelegraf();
  return {
    name: 'worker',
    config: readWorkerConfig,
    create: (config, context) => createPreparedWorker(config, context, telegraf),
  };
}
