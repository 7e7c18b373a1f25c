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

const fields = withStorageRules(
  z.object({
    ...commonSettings(readRedisUrl),
    ...storageSettings,
    ...fileLinkSettings,
    OPS_PORT: setting.port(9464),
    INGRESS_MODE: setting.oneOf(['webhook', 'polling'], 'webhook'),
    INGRESS_HOST: setting.text('127.0.0.1'),
    INGRESS_PORT: setting.port(3000),
    WEBHOOK_PATH: setting.text('/telegram/webhook', {
      pattern: /^\/[A-Za-z0-9/_.~-]{0,255}$/,
      rule: 'a path that begins with / and contains only A-Z a-z 0-9 / _ . ~ -',
    }),
    WEBHOOK_SECRET: setting.webhookSecret().optional(),
    EVENTS_SECRET: setting
      .secret({
        pattern: /^[A-Za-z0-9_-]{32,256}$/,
        rule: '32 to 256 of A-Z a-z 0-9 _ -',
      })
      .optional(),
    PUSH_TIMEOUT_MS: setting.milliseconds(1_000, { max: 30_000 }),
    LANE_CEILING: setting.count(10_000),
    REDIS_MEMORY_BUDGET: setting.number(0.9, { min: 0.1, max: 1 }),
    CANCEL_COMMANDS: setting
      .list(['/cancel'])
      .refine(
        (commands) => commands.every((command) => /^\/[A-Za-z0-9_]{1,64}$/.test(command)),
        'must be commands, separated by commas: each a slash and 1 to 64 of A-Z a-z 0-9 _, such as /cancel',
      ),
  }),
);

const schema = fields
  .refine((read) => read.EVENTS_SECRET === undefined || read.WEBHOOK_PATH !== '/events', {
    path: ['WEBHOOK_PATH'],
    message: 'must not be /events, which EVENTS_SECRET uses for events',
  })
  .refine((read) => read.INGRESS_MODE !== 'webhook' || read.WEBHOOK_SECRET !== undefined, {
    path: ['WEBHOOK_SECRET'],
    message:
      'is missing; webhook mode needs 1 to 256 of A-Z a-z 0-9 _ -, the same as in setWebhook',
    when: () => true,
  });

/** Telegram sends updates to a webhook. */
export interface WebhookSource {
  mode: 'webhook';
  path: string;
  secret: string;
}

/** Updates are fetched by long polling. */
export interface PollingSource {
  mode: 'polling';
  apiRoot: string;
  token: string;
  proxy: CommonConfig['proxy'];
}

/** The settings of the ingress. */
export interface IngressConfig extends Omit<CommonConfig, 'token' | 'apiRoot' | 'proxy'> {
  /** Milliseconds that a push may take before Telegram is asked to send the update again. */
  pushTimeoutMs: number;
  /** The highest number of events in a lane. */
  laneCeiling: number;
  /** The share of Redis's maxmemory above which updates are rejected; at 1 only Redis itself rejects them. */
  memoryBudget: number;
  /** Commands that also abort the running turn of their user. */
  cancelCommands: readonly string[];
  source: WebhookSource | PollingSource;
  /** Where the public server for the webhook, events and file links listens; port 0 uses any free port. */
  http: { host: string; port: number };
  /** Authorizes programs that send events with `POST /events`; undefined if none may. */
  eventsSecret: string | undefined;
  /** Links to stored files; undefined if none are served. */
  fileLinks: { secret: string; storage: StoragePlace } | undefined;
}

/** @throws ConfigError that lists every invalid setting */
export function readIngressConfig(
  env: Readonly<Record<string, string | undefined>>,
): IngressConfig {
  const read = readConfig(schema, env);
  const { token, apiRoot, proxy, ...common } = readCommon(read, [
    read.WEBHOOK_SECRET,
    read.EVENTS_SECRET,
    read.FILE_LINK_SECRET,
    ...storageSecrets(read),
  ]);
  return {
    ...common,
    pushTimeoutMs: read.PUSH_TIMEOUT_MS,
    laneCeiling: read.LANE_CEILING,
    memoryBudget: read.REDIS_MEMORY_BUDGET,
    cancelCommands: read.CANCEL_COMMANDS,
    source:
      read.INGRESS_MODE === 'webhook'
        ? { mode: 'webhook', path: read.WEBHOOK_PATH, secret: read.WEBHOOK_SECRET ?? '' }
        : { mode: 'polling', apiRoot, token, proxy },
    http: { host: read.INGRESS_HOST, port: read.INGRESS_PORT },
    eventsSecret: read.EVENTS_SECRET,
    fileLinks:
      read.FILE_LINKS === 'on'
        ? { secret: read.FILE_LINK_SECRET ?? token, storage: readStorage(read) }
        : undefined,
  };
}
