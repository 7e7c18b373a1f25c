import { fileURLToPath } from 'node:url';
import { startApp } from '@chatlane/processes';
import { startRedisServer } from '@chatlane/testing';
import { unwindOnFailure } from '../../harness/unwind-on-failure.js';
import { forkProgram } from './fork-program.js';

const TOKEN = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';
export const SECRET = 'only-between-telegram-and-us';

/** Chatlane, or the name of a peer in `peer.mjs`. */
export type SystemName = 'chatlane' | 'telegraf' | 'grammy';

/** A bot with a webhook, in separate processes with their own Redis. */
export interface AnsweringSystem {
  name: SystemName;
  /** The URL of its webhook. */
  url: URL;
  /** The ids of its processes, by role. */
  processes: Record<string, number>;
  stop(): Promise<void>;
}

type Stops = (() => unknown)[];

/** Needs a build. */
export async function startSystem(name: SystemName, apiRoot: string): Promise<AnsweringSystem> {
  return unwindOnFailure(async (stops, stop) => {
    const redis = await startRedisServer(['--appendonly', 'yes', '--appendfsync', 'everysec']);
    stops.push(() => redis.stop());
    const env = { BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: apiRoot };
    const start = name === 'chatlane' ? startChatlane : startPeer;
    const { url, processes } = await start(name, { ...env, redisPort: redis.port }, stops);
    return {
      name,
      url: new URL(url),
      processes: { ...processes, redis: redis.process.pid! },
      stop,
    };
  });
}

interface Started {
  url: string;
  processes: Record<string, number>;
}

type Env = Record<'BOT_TOKEN' | 'TELEGRAM_API_ROOT', string> & { redisPort: number };

async function startChatlane(
  _name: string,
  { redisPort, ...bot }: Env,
  stops: Stops,
): Promise<Started> {
  const env = {
    ...bot,
    LOG_LEVEL: 'info',
    OPS_PORT: '0',
    REDIS_URL: `redis://127.0.0.1:${redisPort}`,
  };
  const ingress = await startApp({
    app: 'ingress',
    env: { ...env, INGRESS_PORT: '0', WEBHOOK_SECRET: SECRET },
  });
  stops.push(() => ingress.stop());
  const module = fileURLToPath(new URL('chatlane-bot.mjs', import.meta.url));
  const worker = await startApp({ app: 'worker', env: { ...env, BOT_MODULE: module } });
  stops.push(() => worker.stop());
  return {
    url: `http://127.0.0.1:${ingress.ports.http}/telegram/webhook`,
    processes: { ingress: ingress.pid, worker: worker.pid },
  };
}

async function startPeer(name: string, { redisPort, ...bot }: Env, stops: Stops): Promise<Started> {
  const peer = await forkProgram(new URL('peer.mjs', import.meta.url), [name], {
    ...bot,
    REDIS_PORT: String(redisPort),
  });
  stops.push(() => peer.stop());
  return { url: `http://127.0.0.1:${peer.port}/hook`, processes: { bot: peer.pid } };
}
