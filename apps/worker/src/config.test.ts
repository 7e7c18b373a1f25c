import { ConfigError } from '@chatlane/runtime';
import { readWorkerConfig } from './config.js';

const BOT_TOKEN = `123456789:${'A'.repeat(35)}`;

function faultsOf(env: Record<string, string>): readonly { setting: string; problem: string }[] {
  try {
    readWorkerConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('the configuration of a worker', () => {
  it('requires a token, and has defaults for everything else', () => {
    expect(readWorkerConfig({ BOT_TOKEN })).toEqual({
      limits: { maxFloodWaitMs: 20_000, bulkPerSecond: 30, ceilingPerSecond: undefined },
      logLevel: 'info',
      shutdownDeadlineMs: 25_000,
      secrets: [BOT_TOKEN],
      unknownTelegraf: 'refuse',
      allowedUpdates: [],
      botId: '123456789',
      ops: { host: '127.0.0.1', port: 9465 },
      redisUrl: 'redis://127.0.0.1:6379',
      name: 'chatlane',
      waitReplicas: 0,
      token: BOT_TOKEN,
      apiRoot: 'https://api.telegram.org',
      botModule: undefined,
      codeDelivery: 'chat',
      ownerIds: [],
      fileLinks: undefined,
      storage: { kind: 'fs', dir: 'data' },
      lanes: {
        turns: 100,
        turnTimeoutMs: 60_000,
        graceMs: 30_000,
        leaseMs: 30_000,
        maxAttempts: 5,
        atTheLimit: 'bury',
        yieldAfterEvents: 50,
        yieldAfterMs: 5_000,
        sweepEveryMs: 1_000,
        sessionTtlSeconds: 0,
      },
    });
  });

  it('signs links to files with the token or a secret', () => {
    const on = { BOT_TOKEN, FILE_LINKS: 'on', PUBLIC_URL: 'https://bot.example.org' };
    const fileLinks = { secret: BOT_TOKEN, baseUrl: 'https://bot.example.org', seconds: 900 };
    expect(readWorkerConfig(on).fileLinks).toEqual(fileLinks);
    const secret = 's'.repeat(32);
    const config = readWorkerConfig({ ...on, FILE_LINK_SECRET: secret, FILE_LINK_SECONDS: '60' });
    expect(config.fileLinks).toEqual({ ...fileLinks, secret, seconds: 60 });
    expect(config.secrets).toContain(secret);
    expect(faultsOf({ BOT_TOKEN, FILE_LINKS: 'on', FILE_LINK_SECRET: 'short' })).toEqual([
      { setting: 'FILE_LINK_SECRET', problem: expect.not.stringContaining('short') as string },
      { setting: 'PUBLIC_URL', problem: expect.stringContaining('is missing') as string },
    ]);
  });

  it('reads every setting', () => {
    const config = readWorkerConfig({
      BOT_TOKEN,
      OPS_PORT: '0',
      OPS_HOST: '0.0.0.0',
      REDIS_URL: 'rediss://redis:1',
      CHATLANE_NAME: 'other',
      TELEGRAM_API_ROOT: 'http://127.0.0.1:1',
      LOG_LEVEL: 'warn',
      SHUTDOWN_DEADLINE_MS: '2',
      WORKER_TURNS: '3',
      TURN_TIMEOUT_MS: '400',
      TURN_GRACE_MS: '450',
      LEASE_MS: '500',
      MAX_ATTEMPTS: '6',
      FAILURE_POLICY: 'block',
      YIELD_AFTER_EVENTS: '7',
      YIELD_AFTER_MS: '8',
      SWEEP_EVERY_MS: '900',
      SESSION_TTL_SECONDS: '10',
      BOT_MODULE: 'bots/mine.mjs',
      ALLOWED_UPDATES: 'message, chat_member',
      CODE_DELIVERY: 'console',
      OWNER_IDS: '42, 43',
    });
    expect(config).toMatchObject({
      logLevel: 'warn',
      shutdownDeadlineMs: 2,
      ops: { host: '0.0.0.0', port: 0 },
      redisUrl: 'rediss://redis:1',
      name: 'other',
      apiRoot: 'http://127.0.0.1:1',
      botModule: 'bots/mine.mjs',
      allowedUpdates: ['message', 'chat_member'],
    });
    expect(config.lanes).toEqual({
      turns: 3,
      turnTimeoutMs: 400,
      graceMs: 450,
      leaseMs: 500,
      maxAttempts: 6,
      atTheLimit: 'block',
      yieldAfterEvents: 7,
      yieldAfterMs: 8,
      sweepEveryMs: 900,
      sessionTtlSeconds: 10,
    });
  });

  it('treats the Redis password as a secret', () => {
    const config = readWorkerConfig({ BOT_TOKEN, REDIS_URL: 'redis://me:pass@127.0.0.1:1' });
    expect(config.secrets).toEqual([BOT_TOKEN, 'pass']);
  });

  it('reports all invalid settings at once, without secrets', () => {
    const wrong = {
      BOT_TOKEN: 'my token',
      REDIS_URL: 'http://me:hidden@host',
      WORKER_TURNS: '0',
      TURN_TIMEOUT_MS: '1s',
      TURN_GRACE_MS: '99',
      LEASE_MS: '499',
      MAX_ATTEMPTS: '101',
      FAILURE_POLICY: 'drop',
      SWEEP_EVERY_MS: '99',
      SESSION_TTL_SECONDS: '-1',
      OPS_PORT: '70000',
      ALLOWED_UPDATES: 'message,messages',
    };
    const faults = faultsOf(wrong);
    expect(faults.map(({ setting }) => setting).sort()).toEqual(Object.keys(wrong).sort());
    expect(faults.filter(({ problem }) => !problem.startsWith('must be '))).toEqual([]);
    expect(JSON.stringify(faults)).not.toMatch(/my token|hidden/);
    expect(faults.find(({ setting }) => setting === 'ALLOWED_UPDATES')?.problem).toMatch(
      /out of message, edited_message, .*; not "messages"$/,
    );
  });
});
