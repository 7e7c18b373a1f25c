import { readRedisUrl } from '@chatlane/redis';
import { botIdOf, commonSettings, readConfig, readProxy, setting } from '@chatlane/runtime';
import { z } from 'zod';

const { REDIS_URL, CHATLANE_NAME, TELEGRAM_API_ROOT, HTTPS_PROXY, NO_PROXY } =
  commonSettings(readRedisUrl);
const mode = setting.oneOf(['webhook', 'polling']).optional();

const schema = z.object({
  REDIS_URL,
  CHATLANE_NAME,
  TELEGRAM_API_ROOT,
  HTTPS_PROXY,
  NO_PROXY,
  BOT_TOKEN: setting.token().optional(),
  INGRESS_MODE: mode,
  PUBLIC_URL: setting.url().optional(),
  WEBHOOK_PATH: setting.text('/telegram/webhook'),
  WEBHOOK_SECRET: setting.webhookSecret().optional(),
});

/** The names of all settings of the command line. */
export const settingNames: readonly string[] = Object.keys(schema.shape);

/** How updates should reach the ingress, according to the settings. */
export type ExpectedSource =
  | { mode: 'polling' }
  /** `url` is undefined when PUBLIC_URL is not set here. */
  | { mode: 'webhook'; url: string | undefined };

/** The settings of the command line. */
export interface OpsConfig {
  redisUrl: string;
  /** Prefix of every Redis key. */
  name: string;
  /** Undefined when BOT_TOKEN is not set: Telegram is then not called. */
  telegram:
    | { token: string; botId: string; apiRoot: string; proxy: ReturnType<typeof readProxy> }
    | undefined;
  /** Undefined when neither INGRESS_MODE nor PUBLIC_URL is set. */
  source: ExpectedSource | undefined;
  webhookSecret: string | undefined;
}

/** @throws ConfigError that names every invalid setting */
export function readOpsConfig(env: Readonly<Record<string, string | undefined>>): OpsConfig {
  const read = readConfig(schema, env);
  const { PUBLIC_URL: publicUrl, WEBHOOK_PATH: path } = read;
  const url = publicUrl && new URL(publicUrl.replace(/\/+$/, '') + path).href;
  // Same rule as `npm start`: without INGRESS_MODE, a public address means webhook.
  const wantedMode = read.INGRESS_MODE ?? (url ? 'webhook' : undefined);
  return {
    redisUrl: read.REDIS_URL.url,
    name: read.CHATLANE_NAME,
    telegram: read.BOT_TOKEN
      ? {
          token: read.BOT_TOKEN,
          botId: botIdOf(read.BOT_TOKEN),
          apiRoot: read.TELEGRAM_API_ROOT,
          proxy: readProxy(read),
        }
      : undefined,
    webhookSecret: read.WEBHOOK_SECRET,
    source:
      wantedMode === 'webhook' ? { mode: wantedMode, url } : wantedMode && { mode: wantedMode },
  };
}
