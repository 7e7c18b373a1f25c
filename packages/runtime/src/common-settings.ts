import type { z } from 'zod';
import type { ProcessConfig } from './run-process.js';
import { setting } from './settings.js';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Settings of every process, to be spread into a schema. Each app adds its own OPS_PORT. */
export const processSettings = {
  LOG_LEVEL: setting.oneOf(levels, 'info'),
  OPS_HOST: setting.text('127.0.0.1'),
  SHUTDOWN_DEADLINE_MS: setting.milliseconds(25_000),
};

/** A parsed `REDIS_URL`: the part of `readRedisUrl`'s result that settings need. */
export interface RedisPlace {
  url: string;
  kind: 'single' | 'cluster' | 'sentinel';
  /** The parts of the URL that a log must not show. */
  secrets: readonly string[];
}

/**
 * Settings of every process of a bot, including `processSettings`. Read them with `readCommon`.
 *
 * @param readRedisUrl from @chatlane/redis, which this package does not import
 */
export const commonSettings = (readRedisUrl: (text: string) => RedisPlace) => ({
  ...processSettings,
  BOT_TOKEN: setting.token(),
  REDIS_URL: setting.parsed('redis://127.0.0.1:6379', readRedisUrl),
  CHATLANE_NAME: setting.text('chatlane', {
    pattern: /^[A-Za-z0-9_-]{1,64}$/,
    rule: '1 to 64 of A-Z a-z 0-9 _ - (the prefix of every Redis key)',
  }),
  REDIS_WAIT_REPLICAS: setting.count(0, { min: 0, max: 16 }),
  TELEGRAM_API_ROOT: setting.url('https://api.telegram.org'),
  HTTPS_PROXY: setting.url().optional(),
  NO_PROXY: setting
    .text(undefined, {
      pattern: /^[^\s,]+([\s,]+[^\s,]+)*,?$/,
      rule: 'a comma-separated list of hosts',
    })
    .optional(),
});

/** The forward proxy for https: servers, from HTTPS_PROXY and NO_PROXY; undefined when there is none. */
export function readProxy(read: {
  HTTPS_PROXY?: string | undefined;
  NO_PROXY?: string | undefined;
}) {
  const { HTTPS_PROXY: url, NO_PROXY: noProxy = '' } = read;
  return url === undefined ? undefined : { url, noProxy };
}

/** The parts of a proxy URL that a log must not show. */
function proxySecrets(url: string | undefined): string[] {
  const password = url === undefined ? '' : new URL(url).password;
  return password === '' ? [] : [password, decodeURIComponent(password)];
}

/** The configuration that every process of a bot has. */
export interface CommonConfig extends ProcessConfig {
  /** OPS_HOST and OPS_PORT: where metrics and health are served. */
  ops: { host: string; port: number };
  /** REDIS_URL. */
  redisUrl: string;
  /** Prefix of every Redis key. */
  name: string;
  /** How many replicas must confirm a write before it is acknowledged; 0 disables the check. */
  waitReplicas: number;
  /** BOT_TOKEN. It must never be logged. */
  token: string;
  /** Numeric id of the bot: its token up to the colon, which is not a secret. */
  botId: string;
  /** The URL of the Bot API server. */
  apiRoot: string;
  /** The forward proxy to Telegram; undefined when there is none. A local Bot API server (`http:`) needs none. */
  proxy: ReturnType<typeof readProxy>;
}

type CommonReadings = z.output<z.ZodObject<ReturnType<typeof commonSettings>>> & {
  OPS_PORT: number;
};

/** Combines the common settings into one object. @param secrets the app's own secrets that are set */
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

/** The bot's user id: the part of a token that is not secret. */
export function botIdOf(token: string): string {
  return token.slice(0, token.indexOf(':'));
}
