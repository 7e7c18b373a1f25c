import { ConfigError } from '@chatlane/runtime';
import { readIngressConfig } from './config.js';

const BOT_TOKEN = `123456789:${'A'.repeat(35)}`;

const faultsOf = (env: Record<string, string>): Record<string, string> => {
  try {
    readIngressConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) {
      expect(new Set(error.faults.map(({ setting }) => setting)).size).toBe(error.faults.length);
      return Object.fromEntries(error.faults.map(({ setting, problem }) => [setting, problem]));
    }
    throw error;
  }
  return {};
};

describe('the configuration of the ingress', () => {
  it('requires a token and a webhook secret, and has defaults for everything else', () => {
    expect(readIngressConfig({ BOT_TOKEN, WEBHOOK_SECRET: 'hush' })).toEqual({
      logLevel: 'info',
      shutdownDeadlineMs: 25_000,
      secrets: [BOT_TOKEN, 'hush'],
      botId: '123456789',
      ops: { host: '127.0.0.1', port: 9464 },
      redisUrl: 'redis://127.0.0.1:6379',
      name: 'chatlane',
      pushTimeoutMs: 1_000,
      laneCeiling: 10_000,
      memoryBudget: 0.9,
      waitReplicas: 0,
      cancelCommands: ['/cancel'],
      source: { mode: 'webhook', path: '/telegram/webhook', secret: 'hush' },
      http: { host: '127.0.0.1', port: 3000 },
      eventsSecret: undefined,
      fileLinks: undefined,
    });
  });

  it('does not require a secret for polling', () => {
    expect(readIngressConfig({ BOT_TOKEN, INGRESS_MODE: 'polling' }).source).toEqual({
      mode: 'polling',
      apiRoot: 'https://api.telegram.org',
      token: BOT_TOKEN,
    });
  });

  it('enables links to files, signed with the token or a secret', () => {
    const on = { BOT_TOKEN, INGRESS_MODE: 'polling', FILE_LINKS: 'on', STORAGE_DIR: '/data' };
    const storage = { kind: 'fs', dir: '/data' };
    expect(readIngressConfig(on).fileLinks).toEqual({ secret: BOT_TOKEN, storage });
    const secret = 's'.repeat(32);
    const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'hush' };
    const config = readIngressConfig({ ...on, ...keys, FILE_LINK_SECRET: secret });
    expect(config.fileLinks?.secret).toBe(secret);
    expect(config.secrets).toEqual([BOT_TOKEN, secret, 'hush']);
    expect(Object.keys(faultsOf({ ...on, STORAGE: 's3', AWS_ACCESS_KEY_ID: 'id' }))).toEqual([
      'S3_BUCKET',
      'AWS_SECRET_ACCESS_KEY',
    ]);
  });

  it('requires a long secret for events, and a path of their own', () => {
    const env = { BOT_TOKEN, WEBHOOK_SECRET: 'hush' };
    const EVENTS_SECRET = 'e'.repeat(32);
    const read = readIngressConfig({ ...env, EVENTS_SECRET });
    expect([read.eventsSecret, read.secrets.at(-1)]).toEqual([EVENTS_SECRET, EVENTS_SECRET]);
    expect(faultsOf({ ...env, EVENTS_SECRET: 'e'.repeat(31) })).toEqual({
      EVENTS_SECRET: 'must be 32 to 256 of A-Z a-z 0-9 _ -',
    });
    expect(faultsOf({ ...env, EVENTS_SECRET, WEBHOOK_PATH: '/events' })).toEqual({
      WEBHOOK_PATH: 'must not be /events, which EVENTS_SECRET uses for events',
    });
  });

  it('treats the Redis password as a secret', () => {
    const env = { BOT_TOKEN, WEBHOOK_SECRET: 'hush', REDIS_URL: 'redis://me:pass@127.0.0.1:1' };
    expect(readIngressConfig(env).secrets).toEqual([BOT_TOKEN, 'hush', 'pass']);
  });

  it.each([
    ['redis://h/abc', 'must end with the number of a database'],
    ['redis://h/-1', 'must end with the number of a database'],
    ['redis://h/1/2', 'must end with the number of a database'],
    ['redis://a,b/1', 'must have no path after the nodes of a Redis Cluster'],
    ['redis+sentinel://:hid%den@a/m', 'must be percent-encoded: in a user name or password'],
  ])('rejects the REDIS_URL %s', (REDIS_URL, problem) => {
    const faults = faultsOf({ BOT_TOKEN, WEBHOOK_SECRET: 'hush', REDIS_URL });
    expect(faults).toEqual({ REDIS_URL: expect.stringContaining(problem) as string });
    expect(faults['REDIS_URL']).not.toContain('den');
  });

  it('reports all invalid settings at once, without secrets', () => {
    const faults = faultsOf({
      BOT_TOKEN: 'my token',
      WEBHOOK_SECRET: 'not allowed!',
      WEBHOOK_PATH: 'hook/:id',
      INGRESS_PORT: 'http',
      PUSH_TIMEOUT_MS: '0',
    });
    expect(Object.keys(faults).sort()).toEqual([
      'BOT_TOKEN',
      'INGRESS_PORT',
      'PUSH_TIMEOUT_MS',
      'WEBHOOK_PATH',
      'WEBHOOK_SECRET',
    ]);
    expect(JSON.stringify(faults)).not.toMatch(/my token|not allowed!/);
  });

  it('rejects commands that Telegram does not have', () => {
    for (const CANCEL_COMMANDS of ['cancel', '/cancel,stop', '/стоп', '/cancel@my_bot', '/']) {
      expect(faultsOf({ INGRESS_MODE: 'polling', BOT_TOKEN, CANCEL_COMMANDS })).toEqual({
        CANCEL_COMMANDS: expect.stringMatching(/^must be commands, .* such as \/cancel$/) as string,
      });
    }
    expect(
      faultsOf({ INGRESS_MODE: 'polling', BOT_TOKEN, CANCEL_COMMANDS: '/stop, /Halt' }),
    ).toEqual({});
  });

  it('reports the missing secret together with other errors, in webhook mode only', () => {
    expect(Object.keys(faultsOf({ OPS_PORT: '-1' })).sort()).toEqual([
      'BOT_TOKEN',
      'OPS_PORT',
      'WEBHOOK_SECRET',
    ]);
    expect(Object.keys(faultsOf({ INGRESS_MODE: 'polling' }))).toEqual(['BOT_TOKEN']);
    expect(Object.keys(faultsOf({ BOT_TOKEN, INGRESS_MODE: 'push' }))).toEqual(['INGRESS_MODE']);
  });
});
