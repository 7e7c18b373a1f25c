export { readWorkerConfig, type WorkerConfig } from './config.js';
export type { BotExports } from './load-bot.js';
export { createPreparedWorker } from './prepared-worker.js';
export type { WorkerOverrides } from './service.js';
export { prepareTelegraf, type TelegrafHost } from './telegraf/host.js';
export { prepareWorker } from './role.js';
