import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect, promisify } from 'node:util';
import { lanePrefix, openDeployment, type LaneStats } from '@chatlane/lanes';
import { connectRedis, type Redis } from '@chatlane/redis';
import { startApp, type AppProcess } from '@chatlane/processes';
import { privateText, until } from '@chatlane/testing';
import { startMailStorm, type MailStorm } from './mail-storm.js';
import { unwindOnFailure } from './unwind-on-failure.js';

const TOKEN = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';
const SECRET = 'only-between-telegram-and-us';
const OPS = new URL('../../apps/ops/bin/chatlane-ops.mjs', import.meta.url);
/** Long enough for a backlog of thousands of updates. */
const QUIET_MS = 240_000;
/** Set explicitly, because a developer's .env may contain other values. */
const NO_SETTINGS = { BOT_TOKEN: '', CHATLANE_NAME: '', PUBLIC_URL: '' };

/** A few ingresses and workers with the ledger bot, on an existing Redis, such as a cluster or a master behind Sentinels. */
export interface SmallSystem {
  redis: Redis;
  /** The webhook URLs of the ingresses. A storm posts to them. */
  webhooks: string[];
  storm(load: { chats: number; pauseMs: number }): MailStorm;
  /** Posts a text message of a private chat. Resolves with the status of the answer. */
  post(chat: number, updateId: number, text: string): Promise<number>;
  /** The `/readyz` statuses of the ingresses and the workers. */
  readiness(): Promise<number[]>;
  /** Runs `chatlane-ops`. */
  ops(command: string, env?: Record<string, string>): Promise<{ code: number; text: string }>;
  /** Stops the ingresses and workers, but not Redis. */
  stopProcesses(): Promise<void>;
  /** Resolves when no lane has mail, with the committed update ids in order, by chat. */
  committed(storm: MailStorm): Promise<Map<number, number[]>>;
  stop(): Promise<void>;
}

export interface SmallSystemOptions {
  /** The number of ingresses and also of workers. Default 2. */
  each?: number;
  /** The number of replicas that must confirm an update before it is acknowledged. Default 1. */
  waitReplicas?: number;
  workerEnv?: Record<string, string>;
  /** Added to the environment of every process, including `chatlane-ops`. */
  env?: Record<string, string>;
  /** The URL at which the test itself reaches the same Redis. Default: that of the processes. */
  plainUrl?: string;
}

/** Needs a build. */
export async function startSmallSystem(
  redisUrl: string,
  options: SmallSystemOptions = {},
): Promise<SmallSystem> {
  return unwindOnFailure((stops, stop) => start(redisUrl, options, stops, stop));
}

async function start(
  redisUrl: string,
  options: SmallSystemOptions,
  stops: (() => unknown)[],
  stop: () => Promise<void>,
): Promise<SmallSystem> {
  const { each = 2, waitReplicas = 1 } = options;
  const dir = await mkdtemp(join(tmpdir(), 'chatlane-small-'));
  stops.push(() => rm(dir, { recursive: true, force: true }));
  const redis = connectRedis({ url: options.plainUrl ?? redisUrl, name: 'test', whenDown: 'wait' });
  stops.push(() => redis.disconnect());

  async function run(app: 'playground' | 'ingress' | 'worker', env: object): Promise<AppProcess> {
    const common = { BOT_TOKEN: TOKEN, LOG_LEVEL: 'error', OPS_PORT: '0' };
    const started = await startApp({ app, env: { ...common, ...options.env, ...env } });
    stops.push(() => started.stop());
    return started;
  }
  const telegram = await run('playground', { PLAYGROUND_PORT: '0', PLAYGROUND_RATE_LIMITS: 'off' });
  const env = {
    REDIS_URL: redisUrl,
    TELEGRAM_API_ROOT: `http://127.0.0.1:${telegram.ports.http}`,
  };
  const ingress = {
    ...env,
    INGRESS_PORT: '0',
    WEBHOOK_SECRET: SECRET,
    REDIS_WAIT_REPLICAS: String(waitReplicas),
  };
  const worker = {
    ...env,
    BOT_MODULE: fileURLToPath(new URL('ledger-bot.mjs', import.meta.url)),
    LEDGER: join(dir, 'ledger.jsonl'),
    LEASE_MS: '4000',
    SWEEP_EVERY_MS: '500',
    MAX_ATTEMPTS: '50',
    ...options.workerEnv,
  };
  const apps = await Promise.all([
    ...Array.from({ length: each }, () => run('ingress', ingress)),
    ...Array.from({ length: each }, () => run('worker', worker)),
  ]);
  const webhooks = apps
    .slice(0, each)
    .map(({ ports }) => `http://127.0.0.1:${ports.http}/telegram/webhook`);

  return {
    redis,
    webhooks,
    storm(load) {
      const storm = startMailStorm({ webhooks, secret: SECRET, ...load });
      stops.push(() => storm.giveUp());
      return storm;
    },
    async post(chat, updateId, text) {
      const response = await fetch(webhooks[0]!, {
        method: 'POST',
        headers: { 'X-Telegram-Bot-Api-Secret-Token': SECRET },
        body: JSON.stringify({ update_id: updateId, message: privateText(chat, text) }),
      });
      return response.status;
    },
    readiness: () =>
      Promise.all(
        apps.map(async ({ ports }) => (await fetch(`http://127.0.0.1:${ports.ops}/readyz`)).status),
      ),
    async ops(command, own = {}) {
      const args = [fileURLToPath(OPS), ...command.split(' ')];
      const run = promisify(execFile)(process.execPath, args, {
        env: { ...NO_SETTINGS, REDIS_URL: redisUrl, ...options.env, ...own },
      });
      const { stdout, stderr, code } = await run.then(
        (done) => ({ ...done, code: 0 }),
        (failed: { stdout: string; stderr: string; code: number }) => failed,
      );
      return { code, text: stdout + stderr };
    },
    async stopProcesses() {
      await Promise.all(apps.map((app) => app.stop()));
    },
    async committed({ acknowledged }) {
      await untilQuiet(redis);
      const sessions = [...acknowledged.keys()].map(
        async (chat) => [chat, await sessionOf(redis, chat)] as const,
      );
      return new Map(await Promise.all(sessions));
    },
    stop,
  };
}

async function untilQuiet(redis: Redis): Promise<void> {
  const deployment = openDeployment({ redis, name: 'chatlane' });
  let stats: LaneStats;
  const isQuiet = async (): Promise<boolean> => {
    stats = await deployment.stats();
    return stats.oldestEventMs === 0 && stats.held === 0;
  };
  const what = async (): Promise<string> =>
    `no mail in any lane, but ${inspect(stats)}; leases left, in ms: ${await heldFor(redis)}`;
  await until(isQuiet, what, QUIET_MS);
}

/** Milliseconds left on each lease: positive if its holder hangs, negative if the sweep missed it. */
async function heldFor(redis: Redis): Promise<string> {
  const deployment = openDeployment({ redis, name: 'chatlane' });
  const held = await deployment.operator.lanes.list({ state: 'held' });
  await deployment.close();
  return JSON.stringify(held.map(({ lane, at }) => [lane, at - Date.now()]));
}

/** The update ids in the session of a private chat. */
async function sessionOf(redis: Redis, chat: number): Promise<number[]> {
  const lane = `c:${chat}`;
  const json = await redis.get(`${lanePrefix('chatlane', lane)}:session:${lane}:${chat}`);
  if (json === null) return [];
  const { turns } = JSON.parse(json) as { turns: string[] };
  return turns.map((turn) => Number(turn.split('@')[0]));
}
