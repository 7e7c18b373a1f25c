import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { knownKinds } from '@chatlane/contracts';
import { connectRedis, type Redis } from '@chatlane/redis';
import { startApp, type AppOptions } from '@chatlane/processes';
import { Queue } from 'bullmq';
import { createCallLog, type CallLog } from '../harness/call-log.js';
import { startTelegramWire, type TelegramWire } from '../harness/telegram-wire.js';
import { startWebhookSplitter, type WebhookSplitter } from '../harness/webhook-splitter.js';
import { monotonicMs } from '../harness/clock.js';
import { unwindOnFailure } from '../harness/unwind-on-failure.js';
import { startClusterStore } from './cluster-store.js';
import { startSingleStore } from './single-store.js';
import type { Store } from './store.js';
import { supervise, type SupervisedApp } from './supervised-app.js';

const TOKEN = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';
const SECRET = 'only-between-telegram-and-us';

/** The number of processes of each kind, and the settings that the checker needs. */
const WORKERS = 3;
const INGRESSES = 2;
export const LEASE_MS = 2_000;
export const TURN_TIMEOUT_MS = 4_000;
/** Longer than a hanging handler runs past its time limit, so that a worker exits only if a handler never ends. */
const TURN_GRACE_MS = 3 * TURN_TIMEOUT_MS;
/** Leaves half a second for the running turns; lanes with longer turns are released. */
export const SHUTDOWN_DEADLINE_MS = 2_500;
/** Long enough that a late update finds younger ones of its chat in the mailbox or already running. */
const LATE = { share: 0.15, mostMs: 1_200 };
/** The speed of Telegram's clock, relative to real time. */
export const TIME_SCALE = 20;
/** The default. An update that runs during this many consecutive faults is buried, as if it had killed its workers. */
export const MAX_ATTEMPTS = 5;

/** A complete Chatlane deployment as real processes, each with its own proxy to Redis, and a simulated Telegram. */
export interface Deployment {
  workers: SupervisedApp[];
  ingresses: SupervisedApp[];
  store: Store;
  redis: Redis;
  /** The wake-up queue. */
  wakeUps: Queue;
  splitter: WebhookSplitter;
  /** The connection of all workers to Telegram. */
  telegram: TelegramWire;
  /** The calls that reached Telegram. */
  calls: CallLog;
  ledgerFile: string;
  /** Update -> when it was first sent to an ingress. */
  sent: ReadonlyMap<number, number>;
  /** Update -> when an ingress first answered it with 200. */
  pushed: ReadonlyMap<number, number>;
  /** Processes that ended, with the time at which that was noticed. */
  exits: { pid: number; at: number; output: string }[];
  play<T>(path: string, body?: object): Promise<T>;
  /** Updates that Telegram has not delivered yet. */
  pendingAtTelegram(): Promise<number>;
  stop(): Promise<void>;
}

export interface DeploymentOptions {
  seed: number;
  /** Run on a Redis Cluster instead of a single Redis. */
  cluster: boolean;
}

/** Needs a build. If the start fails, everything already started is stopped. */
export async function startDeployment(options: DeploymentOptions): Promise<Deployment> {
  return unwindOnFailure(async (stops, stop) => ({ ...(await start(options, stops)), stop }));
}

async function start(
  { seed, cluster }: DeploymentOptions,
  stops: (() => unknown)[],
): Promise<Omit<Deployment, 'stop'>> {
  const dir = await mkdtemp(join(tmpdir(), 'chatlane-chaos-'));
  stops.push(() => rm(dir, { recursive: true, force: true }));
  const store = await (cluster ? startClusterStore() : startSingleStore(dir));
  stops.push(() => store.stop());
  const redis = connectRedis({ url: store.url, name: 'chaos', whenDown: 'wait' });
  stops.push(() => Promise.resolve(redis.disconnect()));

  const wakeUps = new Queue('wake', { connection: redis, prefix: '{chatlane}' });
  wakeUps.on('error', () => undefined);
  stops.push(() => wakeUps.close());

  const simulator = await startApp({
    app: 'playground',
    env: {
      BOT_TOKEN: TOKEN,
      LOG_LEVEL: 'error',
      PLAYGROUND_PORT: '0',
      PLAYGROUND_TIME_SCALE: String(TIME_SCALE),
      PLAYGROUND_RATE_LIMITS: 'off',
      PLAYGROUND_SEED: String(seed),
    },
  });
  stops.push(() => simulator.stop());
  const simulatorPort = simulator.ports.http ?? 0;
  const telegram = await startTelegramWire(simulatorPort);
  stops.push(() => telegram.stop());
  async function play<T>(path: string, body?: object): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${simulatorPort}${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json' },
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  const exits: Deployment['exits'] = [];
  async function place(
    app: AppOptions['app'],
    env: Record<string, string>,
  ): Promise<SupervisedApp> {
    const wire = await store.wire();
    stops.push(() => wire.stop());
    const supervised = supervise({
      app,
      wire,
      env: {
        BOT_TOKEN: TOKEN,
        LOG_LEVEL: 'error',
        REDIS_URL: wire.url,
        TELEGRAM_API_ROOT: telegram.url,
        OPS_PORT: '0',
        SHUTDOWN_DEADLINE_MS: String(SHUTDOWN_DEADLINE_MS),
        ...store.env,
        ...env,
      },
      onExit: (pid, output) => void exits.push({ pid, at: monotonicMs(), output }),
    });
    stops.push(() => supervised.stop());
    return supervised;
  }

  const ledgerFile = join(dir, 'ledger.jsonl');
  await writeFile(ledgerFile, '');
  const [ingresses, workers] = await Promise.all([
    Promise.all(
      Array.from({ length: INGRESSES }, () =>
        place('ingress', { INGRESS_PORT: '0', WEBHOOK_SECRET: SECRET }),
      ),
    ),
    Promise.all(
      Array.from({ length: WORKERS }, () =>
        place('worker', {
          BOT_MODULE: fileURLToPath(new URL('../harness/ledger-bot.mjs', import.meta.url)),
          LEDGER: ledgerFile,
          LEDGER_SENDS: 'mixed',
          LEDGER_HANG_MS: String(2 * TURN_TIMEOUT_MS),
          LEASE_MS: String(LEASE_MS),
          TURN_TIMEOUT_MS: String(TURN_TIMEOUT_MS),
          TURN_GRACE_MS: String(TURN_GRACE_MS),
          MAX_ATTEMPTS: String(MAX_ATTEMPTS),
          SWEEP_EVERY_MS: '300',
          YIELD_AFTER_EVENTS: '20',
        }),
      ),
    ),
  ]);

  const pushed = new Map<number, number>();
  const sent = new Map<number, number>();
  const splitter = await startWebhookSplitter({
    ports: () => ingresses.flatMap((each) => each.current()?.ports.http ?? []),
    late: LATE,
    onSend(update) {
      if (!sent.has(update)) sent.set(update, monotonicMs());
    },
    onAnswer(update, status) {
      if (status === 200 && !pushed.has(update)) pushed.set(update, monotonicMs());
    },
  });
  stops.push(() => splitter.stop());
  await Promise.all([...ingresses, ...workers].map((each) => each.untilUp()));
  await play(`/bot${TOKEN}/setWebhook`, {
    url: `http://127.0.0.1:${splitter.port}/telegram/webhook`,
    secret_token: SECRET,
    max_connections: 40,
    allowed_updates: knownKinds,
  });

  return {
    workers,
    ingresses,
    store,
    redis,
    wakeUps,
    splitter,
    telegram,
    calls: createCallLog((path) => play(path)),
    ledgerFile,
    sent,
    pushed,
    exits,
    play,
    async pendingAtTelegram() {
      const info = await play<{ result: { pending_update_count: number } }>(
        `/bot${TOKEN}/getWebhookInfo`,
      );
      return info.result.pending_update_count;
    },
  };
}
