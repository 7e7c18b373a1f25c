import type { z } from 'zod';
import type { ProcessConfig } from './run-process.js';
import { setting } from './settings.js';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Settings that every process has, to be spread into a schema. Each app adds its own OPS_PORT. */
export const processSettings = {
  LOG_LEVEL: setting.oneOf(levels, 'info'),
  OPS_HOST: setting.text('127.0.0.1'),
  SHUTDOWN_DEADLINE_MS: setting.milliseconds(25_000),
};

/** What a process knows of its `REDIS_URL` before it connects: the part of `readRedisUrl`'s answer that settings need. */
export interface RedisPlace {
  url: string;
  kind: 'single' | 'cluster' | 'sentinel';
  /** What a log must not show of the URL. */
  secrets: readonly string[];
}

/**
 * Settings that every process of a bot has, the ones of `processSettings` among them; `readCommon` goes with them.
 *
 * @param readRedisUrl that of @chatlane/redis, which this package does not import
 */
export const commonSettings = (readRedisUrl: (text: string) => RedisPlace) => ({
  ...processSettings,
  BOT_TOKEN: setting.token(),
  REDIS_URL: setting.parsed('redis://127.0.0.1:6379', readRedisUrl),
  CHATLANE_NAME: setting.text('chatlane', {
    pattern: /^[A-Za-z0-9_-]{1,64}$/,
    rule: '1 to 64 of A-Z a-z 0-9 _ - (it begins every Redis key)',
  }),
  REDIS_WAIT_REPLICAS: setting.count(0, { min: 0, max: 16 }),
  TELEGRAM_API_ROOT: setting.url('https://api.telegram.org'),
  HTTPS_PROXY: setting.url().optional(),
  NO_PROXY: setting
    .text(undefined, {
      pattern: /^[^\s,]+([\s,]+[^\s,]+)*,?$/,
      rule: 'hosts with commas between them',
    })
    .optional(),
});

/** The forward proxy to https: servers, as HTTPS_PROXY and NO_PROXY say it; undefined: there is none. */
export function readProxy(read: {
  HTTPS_PROXY?: string | undefined;
  NO_PROXY?: string | undefined;
}) {
  const { HTTPS_PROXY: url, NO_PROXY: noProxy = '' } = read;
  return url === undefined ? undefined : { url, noProxy };
}

/** What a log must not show of it. */
function proxySecrets(url: string | undefined): string[] {
  const password = url === undefined ? '' : new URL(url).password;
  return password === '' ? [] : [password, decodeURIComponent(password)];
}

/** What every process of a bot is told. */
export interface CommonConfig extends ProcessConfig {
  ops: { host: string; port: number };
  redisUrl: string;
  /** Prefix of every Redis key. */
  name: string;
  /** How many replicas must have what a process answers for; 0: it does not ask. */
  waitReplicas: number;
  token: string;
  /** Numeric id of the bot: its token up to the colon, which is not a secret. */
  botId: string;
  apiRoot: string;
  /** The forward proxy to Telegram; undefined: there is none. A local Bot API server (`http:`) needs none. */
  proxy: ReturnType<typeof readProxy>;
}

type CommonReadings = z.output<z.ZodObject<ReturnType<typeof commonSettings>>> & {
  OPS_PORT: number;
};

/** The settings as one. @param secrets of the process's own, what of them is set */
export function readCommon(
  read: CommonReadings,
  secrets: readonly (string | undefined)[] = [],
): CommonConfig {
  return {
    logLevel: read.LOG_LEVEL,
    shutdownDeadlineMs: read.SHUTDOWN_DEADLINE_MS,
    secrets: [
      read.BOT_TOKEN,
      ...secrets,
      ...read.REDIS_URL.secrets,
      ...proxySecrets(read.HTTPS_PROXY),
    ].filter((secret) => secret !== undefined),
    ops: { host: read.OPS_HOST, port: read.OPS_PORT },
    redisUrl: read.REDIS_URL.url,
    name: read.CHATLANE_NAME,
    waitReplicas: read.REDIS_WAIT_REPLICAS,
    token: read.BOT_TOKEN,
    botId: botIdOf(read.BOT_TOKEN),
    apiRoot: read.TELEGRAM_API_ROOT,
    proxy: readProxy(read),
  };
}

/** The part of a token that is not a secret: the number by which Telegram knows the bot. */
export function botIdOf(token: string): string {
  return token.slice(0, token.indexOf(':'));
}
