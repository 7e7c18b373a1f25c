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

/** How updates should reach the ingress, as far as the settings say. */
export type ExpectedSource =
  | { mode: 'polling' }
  /** `url` undefined: PUBLIC_URL is not known here. */
  | { mode: 'webhook'; url: string | undefined };

/** All that the operator's command line can be told. */
export interface OpsConfig {
  redisUrl: string;
  /** Prefix of every Redis key. */
  name: string;
  /** Undefined: Telegram is not asked. */
  telegram:
    | { token: string; botId: string; apiRoot: string; proxy: ReturnType<typeof readProxy> }
    | undefined;
  /** Undefined: neither INGRESS_MODE nor PUBLIC_URL is set. */
  source: ExpectedSource | undefined;
  webhookSecret: string | undefined;
}

/** @throws ConfigError with every fault. */
export function readOpsConfig(env: Readonly<Record<string, string | undefined>>): OpsConfig {
  const read = readConfig(schema, env);
  const { PUBLIC_URL: publicUrl, WEBHOOK_PATH: path } = read;
  const url = publicUrl && new URL(publicUrl.replace(/\/+$/, '') + path).href;
  // As `npm start` decides: without a mode, a public address means webhook.
  const asked = read.INGRESS_MODE ?? (url ? 'webhook' : undefined);
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
    source: asked === 'webhook' ? { mode: asked, url } : asked && { mode: asked },
  };
}
