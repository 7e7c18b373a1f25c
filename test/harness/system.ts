import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { knownKinds } from '@chatlane/contracts';
import { openDeployment, type Deployment, type Operator } from '@chatlane/lanes';
import { connectRedis, type Redis } from '@chatlane/redis';
import { startApp, type AppOptions, type AppProcess } from '@chatlane/processes';
import { startRedisServer, until, type RedisServer } from '@chatlane/testing';
import { readLedger } from './ledger.js';
import { unwindOnFailure } from './unwind-on-failure.js';

const TOKEN = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';
const SECRET = 'only-between-telegram-and-us';
/** Long enough for a backlog of thousands of updates. */
const QUIET_MS = 240_000;

/** A complete Chatlane deployment as real processes, with a simulated Telegram and the ledger bot. */
export interface TestSystem extends SystemOnRedis {
  redisServer: RedisServer;
}

/** The same deployment on an existing Redis. */
export interface SystemOnRedis {
  /** The URL of the simulator: its page and both its APIs. */
  url: string;
  redis: Redis;
  deployment: Deployment;
  operator: Operator;
  /** The workers that are running. */
  workers: AppProcess[];
  ingresses: AppProcess[];
  downloaders: AppProcess[];
  /** The folder in which the downloaders store files. */
  storageDir: string;
  /** Calls the simulator's user API. */
  play<T>(path: string, body?: object): Promise<T>;
  /** `env` overrides the `workerEnv` of the system. */
  startWorker(env?: Record<string, string>): Promise<AppProcess>;
  startDownloader(): Promise<AppProcess>;
  /** The file to which the ledger bots of all workers append. */
  ledger(): ReturnType<typeof readLedger>;
  /** Resolves when Telegram has no update left to deliver and no lane has mail. */
  untilQuiet(): Promise<void>;
  stop(): Promise<void>;
}

export interface SystemOptions {
  workers: number;
  /** Default 0, so that requested files are not fetched. */
  downloaders?: number;
  /** With `BOT_MODULE: ''` the workers run the reference bot. */
  workerEnv?: Record<string, string>;
  ingressEnv?: Record<string, string>;
  downloaderEnv?: Record<string, string>;
  timeScale?: number;
  /** Whether the simulator enforces Telegram's sending limits. Default false. */
  rateLimits?: boolean;
}

/** Needs a build. If the start fails, everything already started is stopped. */
export async function startSystem(options: SystemOptions): Promise<TestSystem> {
  const redisServer = await startRedisServer(['--appendonly', 'yes']);
  const system = await startSystemOn(redisServer.url, options).catch(async (error: unknown) => {
    await redisServer.stop();
    throw error;
  });
  return {
    ...system,
    redisServer,
    async stop() {
      await system.stop();
      await redisServer.stop();
    },
  };
}

/** `stop` does not stop the Redis. */
export async function startSystemOn(
  redisUrl: string,
  options: SystemOptions,
): Promise<SystemOnRedis> {
  return unwindOnFailure((stops, stop) => start(redisUrl, options, stops, stop));
}

async function start(
  redisUrl: string,
  options: SystemOptions,
  stops: (() => unknown)[],
  stop: () => Promise<void>,
): Promise<SystemOnRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'chatlane-system-'));
  stops.push(() => rm(dir, { recursive: true, force: true }));
  const redis = connectRedis({ url: redisUrl, name: 'test', whenDown: 'wait' });
  stops.push(() => redis.disconnect());
  const deployment = openDeployment({ redis, name: 'chatlane' });
  stops.push(() => deployment.close());

  async function run(app: AppOptions['app'], env: Record<string, string>): Promise<AppProcess> {
    const process = await startApp({ app, env: { BOT_TOKEN: TOKEN, LOG_LEVEL: 'warn', ...env } });
    stops.push(() => process.stop());
    return process;
  }
  const simulator = await run('playground', {
    PLAYGROUND_PORT: '0',
    PLAYGROUND_TIME_SCALE: String(options.timeScale ?? 20),
    PLAYGROUND_RATE_LIMITS: options.rateLimits === true ? 'on' : 'off',
  });
  const telegram = `http://127.0.0.1:${simulator.ports.http}`;
  const env = {
    REDIS_URL: redisUrl,
    TELEGRAM_API_ROOT: telegram,
    OPS_PORT: '0',
  };
  const storageDir = join(dir, 'files');
  const ingress = await run('ingress', {
    ...env,
    INGRESS_PORT: '0',
    WEBHOOK_SECRET: SECRET,
    STORAGE_DIR: storageDir,
    ...options.ingressEnv,
  });
  const ledgerFile = join(dir, 'ledger.jsonl');
  await writeFile(ledgerFile, '');
  const workers: AppProcess[] = [];
  const downloaders: AppProcess[] = [];

  async function startWorker(own: Record<string, string> = {}): Promise<AppProcess> {
    const worker = await run('worker', {
      ...env,
      BOT_MODULE: fileURLToPath(new URL('ledger-bot.mjs', import.meta.url)),
      LEDGER: ledgerFile,
      LEASE_MS: '2000',
      SWEEP_EVERY_MS: '300',
      MAX_ATTEMPTS: '50',
      STORAGE_DIR: storageDir,
      PUBLIC_URL: `http://127.0.0.1:${ingress.ports.http}`,
      ...options.workerEnv,
      ...own,
    });
    workers.push(worker);
    void worker.exited.then(() => workers.splice(workers.indexOf(worker), 1));
    return worker;
  }

  async function startDownloader(): Promise<AppProcess> {
    const downloader = await run('downloader', {
      ...env,
      STORAGE_DIR: storageDir,
      DOWNLOAD_LEASE_MS: '2000',
      ALBUM_WAIT_MS: '500',
      ...options.downloaderEnv,
    });
    downloaders.push(downloader);
    void downloader.exited.then(() => downloaders.splice(downloaders.indexOf(downloader), 1));
    return downloader;
  }

  async function call<T>(path: string, body?: object): Promise<T> {
    const response = await fetch(telegram + path, {
      ...(body && { method: 'POST' }),
      ...(body instanceof FormData
        ? { body }
        : {
            ...(body && { body: JSON.stringify(body) }),
            headers: { 'content-type': 'application/json' },
          }),
    });
    if (!response.ok) throw new Error(`${path.split('/').at(-1)}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  await Promise.all([
    ...Array.from({ length: options.workers }, () => startWorker()),
    ...Array.from({ length: options.downloaders ?? 0 }, startDownloader),
  ]);
  await call(`/bot${TOKEN}/setWebhook`, {
    url: `http://127.0.0.1:${ingress.ports.http}/telegram/webhook`,
    secret_token: SECRET,
    max_connections: 40,
    allowed_updates: knownKinds,
  });

  return {
    url: telegram,
    redis,
    deployment,
    operator: deployment.operator,
    workers,
    ingresses: [ingress],
    downloaders,
    storageDir,
    play: call,
    startWorker,
    startDownloader,
    ledger: () => readLedger(ledgerFile),
    async untilQuiet() {
      let left = {};
      const isQuiet = async (): Promise<boolean> => {
        const info = await call<{ result: { pending_update_count: number } }>(
          `/bot${TOKEN}/getWebhookInfo`,
        );
        const pending = info.result.pending_update_count;
        const { oldestEventMs, held } = await deployment.stats();
        left = { pending, oldestEventMs, held };
        return pending + oldestEventMs + held === 0;
      };
      await until(isQuiet, () => `no mail anywhere, but there is ${inspect(left)}`, QUIET_MS);
    },
    stop,
  };
}
