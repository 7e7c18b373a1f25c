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
  .regex(/^[1-9]\d{0,15}$/, 'must be ids of users, whole numbers with commas between them')
  .transform(Number);

const updateKind = z.enum(knownKinds, {
  error: ({ input }) =>
    `must be kinds of updates with commas between them, of ${knownKinds.join(', ')}${notOf(input)}`,
});

/** A word that is shown is short, so that a secret in the wrong place is not. */
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
      'must not be console with the real Telegram: what a worker writes is kept, and read by others',
    when: () => true,
  })
  .refine((read) => read.FILE_LINKS !== 'on' || read.PUBLIC_URL !== undefined, {
    path: ['PUBLIC_URL'],
    error: 'is missing; FILE_LINKS=on needs the address that leads to the ingress',
    when: () => true,
  });

export function isOnThisMachine(url: string | undefined): boolean {
  if (url === undefined || !URL.canParse(url)) return false;
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname);
}

/** All that a worker can be told. */
export interface WorkerConfig extends CommonConfig {
  /** Path of a module that exports a bot; undefined: the bot of @chatlane/bot. */
  botModule: string | undefined;
  /** Kinds of updates that Telegram is to send; empty: its default, and what the bot listens to besides. */
  allowedUpdates: readonly UpdateKind[];
  /** How one-time codes reach people until a real way is built: into the chat itself, or on the worker's terminal. */
  codeDelivery: 'chat' | 'console';
  /** Users who may do what owners may. */
  ownerIds: readonly number[];
  /** Links to files, as the ingress opens them; undefined: the bot gives out none. */
  fileLinks: { secret: string; baseUrl: string; seconds: number } | undefined;
  /** Where the bot reads what was made of files; a worker that has no access shows words instead. */
  storage: StoragePlace;
  /** Telegram's limits. */
  limits: {
    /** How long one call waits for permission before its turn gives the worker back. */
    maxFloodWaitMs: number;
    /** Bulk messages a second of the whole deployment. */
    bulkPerSecond: number;
    /** Messages a second of the whole deployment; undefined: no ceiling. */
    ceilingPerSecond: number | undefined;
  };
  lanes: {
    turns: number;
    turnTimeoutMs: number;
    /** How long a handler may outlast that before the worker exits because of it. */
    graceMs: number;
    leaseMs: number;
    maxAttempts: number;
    atTheLimit: 'bury' | 'block';
    yieldAfterEvents: number;
    yieldAfterMs: number;
    sweepEveryMs: number;
    /** 0: sessions are kept for ever. */
    sessionTtlSeconds: number;
  };
}

/** @throws ConfigError with every fault. */
export function readWorkerConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  const read = readConfig(schema, env);
  return {
    ...readCommon(read, [read.FILE_LINK_SECRET, ...storageSecrets(read)]),
    botModule: read.BOT_MODULE,
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
