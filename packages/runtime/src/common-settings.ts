import type { z } from 'zod';
import { defaultPartitions, redisSecrets } from './redis-url.js';
import type { ProcessConfig } from './run-process.js';
import { setting } from './settings.js';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Settings that every process has, to be spread into a schema. Each app adds its own OPS_PORT. */
export const processSettings = {
  LOG_LEVEL: setting.oneOf(levels, 'info'),
  OPS_HOST: setting.text('127.0.0.1'),
  SHUTDOWN_DEADLINE_MS: setting.milliseconds(25_000),
};

/** Settings that every process of a bot has, the ones of `processSettings` among them; `readCommon` goes with them. */
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

/** What every process of a bot is told. */
export interface CommonConfig extends ProcessConfig {
  ops: { host: string; port: number };
  redisUrl: string;
  /** Prefix of every Redis key. */
  name: string;
  partitions: number;
  /** How many replicas must have what a process answers for; 0: it does not ask. */
  waitReplicas: number;
  token: string;
  apiRoot: string;
}

type CommonReadings = z.output<z.ZodObject<typeof commonSettings>> & { OPS_PORT: number };

/** The settings as one. @param secrets of the process's own, what of them is set */
export function readCommon(
  read: CommonReadings,
  secrets: readonly (string | undefined)[] = [],
): CommonConfig {
  return {
    logLevel: read.LOG_LEVEL,
    shutdownDeadlineMs: read.SHUTDOWN_DEADLINE_MS,
    secrets: [read.BOT_TOKEN, ...secrets, ...redisSecrets(read.REDIS_URL)].filter(
      (secret) => secret !== undefined,
    ),
    ops: { host: read.OPS_HOST, port: read.OPS_PORT },
    redisUrl: read.REDIS_URL,
    name: read.CHATLANE_NAME,
    partitions: read.PARTITIONS ?? defaultPartitions(read.REDIS_URL),
    waitReplicas: read.REDIS_WAIT_REPLICAS,
    token: read.BOT_TOKEN,
    apiRoot: read.TELEGRAM_API_ROOT,
  };
}
