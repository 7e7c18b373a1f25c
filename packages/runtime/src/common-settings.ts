import { setting } from './settings.js';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Settings that every process has, to be spread into a schema. Each app adds its own OPS_PORT. */
export const processSettings = {
  LOG_LEVEL: setting.oneOf(levels, 'info'),
  OPS_HOST: setting.text('127.0.0.1'),
  SHUTDOWN_DEADLINE_MS: setting.milliseconds(25_000),
};

/** Settings that every process of a bot has, the ones of `processSettings` among them. */
export const commonSettings = {
  ...processSettings,
  BOT_TOKEN: setting.token(),
  REDIS_URL: setting.redisUrl('redis://127.0.0.1:6379'),
  CHATLANE_NAME: setting.text('chatlane', {
    pattern: /^[A-Za-z0-9_-]{1,64}$/,
    rule: '1 to 64 of A-Z a-z 0-9 _ - (it begins every Redis key)',
  }),
  PARTITIONS: setting.count(undefined, { max: 1_024 }).optional(),
  REDIS_WAIT_REPLICAS: setting.count(0, { min: 0, max: 16 }),
  TELEGRAM_API_ROOT: setting.url('https://api.telegram.org'),
};
