import { knownKinds } from '@chatlane/contracts';
import { readRedisUrl } from '@chatlane/redis';
import {
  commonSettings,
  fileLinkSettings,
  readCommon,
  readConfig,
  readStorage,
  setting,
  storageSecrets,
  storageSettings,
  withStorageRules,
  type CommonConfig,
  type StoragePlace,
} from '@chatlane/runtime';
import { z } from 'zod';
import type { UpdateKind } from './allowed-updates.js';

const userId = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, 'must be user ids: whole numbers, separated by commas')
  .transform(Number);

const updateKind = z.enum(knownKinds, {
  error: ({ input }) =>
    `must be update kinds, separated by commas, out of ${knownKinds.join(', ')}${notOf(input)}`,
});

/** Quotes only short words, so that a secret in the wrong setting is not shown. */
function notOf(input: unknown): string {
  return typeof input === 'string' && /^[a-z_]{1,32}$/i.test(input) ? `; not "${input}"` : '';
}

const fields = z.object({
  ...commonSettings(readRedisUrl),
  ...storageSettings,
  ...fileLinkSettings,
  PUBLIC_URL: setting.url().optional(),
  FILE_LINK_SECONDS: setting.count(900, { max: 604_800 }),
  OPS_PORT: setting.port(9465),
  WORKER_TURNS: setting.count(100, { max: 10_000 }),
  TURN_TIMEOUT_MS: setting.milliseconds(60_000, { min: 100 }),
  TURN_GRACE_MS: setting.milliseconds(30_000, { min: 100 }),
  LEASE_MS: setting.milliseconds(30_000, { min: 500 }),
  MAX_ATTEMPTS: setting.count(5, { max: 100 }),
  FAILURE_POLICY: setting.oneOf(['bury', 'block'], 'bury'),
  YIELD_AFTER_EVENTS: setting.count(50),
  YIELD_AFTER_MS: setting.milliseconds(5_000),
  SWEEP_EVERY_MS: setting.milliseconds(1_000, { min: 100 }),
  SESSION_TTL_SECONDS: setting.count(0, { min: 0 }),
  BOT_MODULE: setting.text().optional(),
  UNKNOWN_TELEGRAF: setting.oneOf(['refuse', 'run'], 'refuse'),
  ALLOWED_UPDATES: setting.list([]).pipe(z.array(updateKind)),
  CODE_DELIVERY: setting.oneOf(['chat', 'console'], 'chat'),
  MAX_FLOOD_WAIT_MS: setting.milliseconds(20_000, { min: 1_000, max: 600_000 }),
  BULK_PER_SECOND: setting.count(30, { max: 10_000 }),
  SEND_CEILING_PER_SECOND: setting.count(0, { min: 0, max: 10_000 }),
  OWNER_IDS: setting.list([]).pipe(z.array(userId)),
});

const schema = withStorageRules(fields)
  .refine((read) => read.CODE_DELIVERY !== 'console' || isOnThisMachine(read.TELEGRAM_API_ROOT), {
    path: ['CODE_DELIVERY'],
    error:
      "must not be console with the real Telegram: a worker's output is stored and read by others",
    when: () => true,
  })
  .refine((read) => read.FILE_LINKS !== 'on' || read.PUBLIC_URL !== undefined, {
    path: ['PUBLIC_URL'],
    error: 'is missing; FILE_LINKS=on needs the public URL of the ingress',
    when: () => true,
  });

/** Whether the URL's host is the loopback interface. */
export function isOnThisMachine(url: string | undefined): boolean {
  if (url === undefined || !URL.canParse(url)) return false;
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname);
}

/** The settings of a worker. */
export interface WorkerConfig extends CommonConfig {
  /** Path of a module that exports a bot; undefined for the bot of @chatlane/bot. */
  botModule: string | undefined;
  /** What happens to a bot whose copy of Telegraf could not be prepared, so that its sessions stay in the process. */
  unknownTelegraf: 'refuse' | 'run';
  /** Update kinds that Telegram sends; empty for its default plus the kinds that the bot has handlers for. */
  allowedUpdates: readonly UpdateKind[];
  /** How one-time codes are delivered without a real SMS gateway: into the chat itself, or to the worker's terminal. */
  codeDelivery: 'chat' | 'console';
  /** Ids of users with the owner role. */
  ownerIds: readonly number[];
  /** Links to files, which the ingress serves; undefined if the bot creates none. */
  fileLinks: { secret: string; baseUrl: string; seconds: number } | undefined;
  /** Where the bot reads derived files; a worker without access shows a text instead. */
  storage: StoragePlace;
  /** Telegram's limits. */
  limits: {
    /** Milliseconds that a call waits for the rate limits before its lane rests. */
    maxFloodWaitMs: number;
    /** Bulk messages per second for the whole deployment. */
    bulkPerSecond: number;
    /** Messages per second for the whole deployment; undefined for no ceiling. */
    ceilingPerSecond: number | undefined;
  };
  lanes: {
    /** How many turns run concurrently. */
    turns: number;
    turnTimeoutMs: number;
    /** Milliseconds that a handler may run on after its time limit before the worker exits. */
    graceMs: number;
    leaseMs: number;
    maxAttempts: number;
    atTheLimit: 'bury' | 'block';
    yieldAfterEvents: number;
    yieldAfterMs: number;
    sweepEveryMs: number;
    /** 0 if sessions never expire. */
    sessionTtlSeconds: number;
  };
}

/** @throws ConfigError that lists every invalid setting */
export function readWorkerConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  const read = readConfig(schema, env);
  return {
    ...readCommon(read, [read.FILE_LINK_SECRET, ...storageSecrets(read)]),
    botModule: read.BOT_MODULE,
    unknownTelegraf: read.UNKNOWN_TELEGRAF,
    allowedUpdates: read.ALLOWED_UPDATES,
    codeDelivery: read.CODE_DELIVERY,
    ownerIds: read.OWNER_IDS,
    fileLinks:
      read.FILE_LINKS === 'on'
        ? {
            secret: read.FILE_LINK_SECRET ?? read.BOT_TOKEN,
            baseUrl: read.PUBLIC_URL ?? '',
            seconds: read.FILE_LINK_SECONDS,
          }
        : undefined,
    storage: readStorage(read),
    limits: {
      maxFloodWaitMs: read.MAX_FLOOD_WAIT_MS,
      bulkPerSecond: read.BULK_PER_SECOND,
      ceilingPerSecond: read.SEND_CEILING_PER_SECOND || undefined,
    },
    lanes: {
      turns: read.WORKER_TURNS,
      turnTimeoutMs: read.TURN_TIMEOUT_MS,
      graceMs: read.TURN_GRACE_MS,
      leaseMs: read.LEASE_MS,
      maxAttempts: read.MAX_ATTEMPTS,
      atTheLimit: read.FAILURE_POLICY,
      yieldAfterEvents: read.YIELD_AFTER_EVENTS,
      yieldAfterMs: read.YIELD_AFTER_MS,
      sweepEveryMs: read.SWEEP_EVERY_MS,
      sessionTtlSeconds: read.SESSION_TTL_SECONDS,
    },
  };
}
