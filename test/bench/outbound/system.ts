import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startApp } from '@chatlane/processes';
import { startRedisServer } from '@chatlane/testing';
import { startTelegramWire } from '../../harness/telegram-wire.js';
import { unwindOnFailure } from '../../harness/unwind-on-failure.js';
import { startChatRouter } from './chat-router.js';

const TOKEN = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';
const SECRET = 'only-between-telegram-and-us';
const PROCESSES = 4;
/** Milliseconds between two reads of the whole call log; more frequent reads would slow the simulator down. */
export const READ_EVERY_MS = 1_000;

/** The peers, by their names in `peer.mjs`. */
export const peerNames = {
  telegraf: 'Telegraf',
  'auto-retry': 'grammY, auto-retry',
  throttler: 'grammY, throttler',
} as const;

export type SystemName = 'chatlane' | keyof typeof peerNames;

/** A Bot API call that reached the simulator; times in Unix milliseconds. */
export interface Call {
  method: string;
  chat_id?: number;
  params: { text?: string };
  status: number;
  ok: boolean;
  started_at: number;
  ended_at?: number;
}

/** One library in four processes, with its own simulator that enforces Telegram's limits. */
export interface OutboundSystem {
  /** Creates users with these ids, to whom the bot may write. */
  openChats(ids: readonly number[]): Promise<void>;
  /** Sends a message to the bot as one of the users. */
  say(chat: number, text: string): Promise<void>;
  fault(rule: Record<string, unknown>): Promise<void>;
  /** Makes Telegram refuse the bot's connections until `during` is over. */
  refuse(during: () => Promise<unknown>): Promise<void>;
  /** The bot's sendMessage calls. */
  sends(): Promise<Call[]>;
  stop(): Promise<void>;
}

/** Needs a build. */
export async function startOutbound(name: SystemName): Promise<OutboundSystem> {
  return unwindOnFailure(async (stops, stop) => ({ ...(await start(name, stops)), stop }));
}

async function start(
  name: SystemName,
  stops: (() => unknown)[],
): Promise<Omit<OutboundSystem, 'stop'>> {
  const simulator = await startApp({
    app: 'playground',
    env: { BOT_TOKEN: TOKEN, LOG_LEVEL: 'error', PLAYGROUND_PORT: '0' },
  });
  stops.push(() => simulator.stop());
  const port = simulator.ports.http ?? 0;
  const wire = await startTelegramWire(port);
  stops.push(() => wire.stop());
  async function play<T>(path: string, body?: object): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: { 'content-type': 'application/json' },
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  const bots = name === 'chatlane' ? startChatlane : startPeers;
  await play(`/bot${TOKEN}/setWebhook`, {
    url: await bots(name, wire.url, stops),
    secret_token: SECRET,
    max_connections: 100,
  });
  return {
    async openChats(ids) {
      for (const id of ids) {
        const date = Math.floor(Date.now() / 1_000);
        const from = { id, is_bot: false, first_name: 'A' };
        const message = { message_id: 1, date, from, chat: { id, type: 'private' }, text: 'hello' };
        await play('/play/updates', { message });
      }
    },
    async say(chat, text) {
      await play('/play/messages', { chat_id: chat, from_id: chat, text });
    },
    async fault(rule) {
      await play('/play/faults', rule);
    },
    refuse: (during) => wire.refuse(during),
    async sends() {
      const calls = await play<Call[]>('/play/calls');
      return calls.filter(({ method }) => method === 'sendMessage');
    },
  };
}

/** The URL of its webhook. */
async function startChatlane(
  _name: string,
  telegram: string,
  stops: (() => unknown)[],
): Promise<string> {
  const redis = await startRedisServer(['--appendonly', 'yes']);
  stops.push(() => redis.stop());
  const env = {
    BOT_TOKEN: TOKEN,
    LOG_LEVEL: 'error',
    OPS_PORT: '0',
    REDIS_URL: redis.url,
    TELEGRAM_API_ROOT: telegram,
  };
  const bot = fileURLToPath(new URL('telegraf-bot.mjs', import.meta.url));
  const [ingress] = await Promise.all([
    startApp({ app: 'ingress', env: { ...env, INGRESS_PORT: '0', WEBHOOK_SECRET: SECRET } }),
    ...Array.from({ length: PROCESSES }, async () => {
      const worker = await startApp({ app: 'worker', env: { ...env, BOT_MODULE: bot } });
      stops.push(() => worker.stop());
    }),
  ]);
  stops.push(() => ingress.stop());
  return `http://127.0.0.1:${ingress.ports.http}/telegram/webhook`;
}

async function startPeers(
  name: string,
  telegram: string,
  stops: (() => unknown)[],
): Promise<string> {
  const program = fileURLToPath(new URL('peer.mjs', import.meta.url));
  const env = { BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: telegram };
  const ports = await Promise.all(
    Array.from({ length: PROCESSES }, async () => {
      const child = fork(program, [name], { env, execArgv: [] });
      stops.push(async () => {
        child.kill('SIGKILL');
        await once(child, 'exit');
      });
      const [{ port }] = (await once(child, 'message')) as [{ port: number }];
      return port;
    }),
  );
  const router = await startChatRouter(ports);
  stops.push(() => router.stop());
  return router.url;
}
