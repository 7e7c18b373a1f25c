import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApp, startRedisServer } from '@chatlane/tooling';

const TOKEN = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';
export const SECRET = 'only-between-telegram-and-us';

/** A server that takes updates by webhook, as processes of its own. */
export interface Webhook {
  url: URL;
  /** When the handler of each update began, by update_id: the machine's monotonic clock in milliseconds. */
  starts: () => Promise<Map<number, number>>;
  stop(): Promise<void>;
}

interface Ledger {
  file: string;
  ledger: () => Promise<Map<number, number>>;
  removeLedger: () => Promise<void>;
}

/** `worker: false` runs the ingress alone. Needs a build. */
export async function startChatlane({ worker }: { worker: boolean }): Promise<Webhook> {
  const { ledger, file, removeLedger } = await openLedger();
  const redis = await startRedisServer();
  const telegram = createServer((_request, response) => {
    const me = { id: 123456789, is_bot: true, first_name: 'Bench', username: 'bench_bot' };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ok: true, result: me }));
  }).listen(0, '127.0.0.1');
  await once(telegram, 'listening');
  const { port } = telegram.address() as AddressInfo;
  const env = {
    BOT_TOKEN: TOKEN,
    LOG_LEVEL: 'warn',
    OPS_PORT: '0',
    REDIS_URL: redis.url,
    TELEGRAM_API_ROOT: `http://127.0.0.1:${port}`,
  };
  const ingressEnv = { INGRESS_PORT: '0', WEBHOOK_SECRET: SECRET, PUSH_TIMEOUT_MS: '10000' };
  const bot = fileURLToPath(new URL('bench-bot.mjs', import.meta.url));
  const apps = await Promise.all([
    startApp({ app: 'ingress', env: { ...env, ...ingressEnv } }),
    ...(worker
      ? [startApp({ app: 'worker', env: { ...env, BOT_MODULE: bot, LEDGER: file } })]
      : []),
  ]);
  return {
    url: new URL(`http://127.0.0.1:${apps[0].ports.http}/telegram/webhook`),
    starts: ledger,
    async stop() {
      await Promise.all(apps.map((app) => app.stop()));
      telegram.closeAllConnections();
      telegram.close();
      await redis.stop();
      await removeLedger();
    },
  };
}

export async function startPeer(name: 'express' | 'telegraf' | 'grammy'): Promise<Webhook> {
  const { ledger, file, removeLedger } = await openLedger();
  const program = fileURLToPath(new URL('webhook-peer.mjs', import.meta.url));
  const child = fork(program, [name], { env: { LEDGER: file }, execArgv: [] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    url: new URL(`http://127.0.0.1:${port}/hook`),
    starts: ledger,
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
      await removeLedger();
    },
  };
}

async function openLedger(): Promise<Ledger> {
  const dir = await mkdtemp(join(tmpdir(), 'chatlane-bench-'));
  const file = join(dir, 'ledger.jsonl');
  return {
    file,
    removeLedger: () => rm(dir, { recursive: true, force: true }),
    async ledger() {
      const text = await readFile(file, 'utf8').catch(() => '');
      const starts = new Map<number, number>();
      for (const line of text.split('\n').filter(Boolean)) {
        const { update, at } = JSON.parse(line) as { update: number; at: string };
        if (!starts.has(update)) starts.set(update, Number(at) / 1e6);
      }
      return starts;
    },
  };
}
