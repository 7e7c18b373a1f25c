import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startApp } from '@chatlane/processes';
import { startRedisServer } from '@chatlane/testing';

const TOKEN = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';
export const SECRET = 'only-between-telegram-and-us';

/** A server with a webhook, in separate processes. */
export interface Webhook {
  url: URL;
  stop(): Promise<void>;
}

/** The ingress with its Redis, without a worker. Needs a build. */
export async function startIngress(): Promise<Webhook> {
  const redis = await startRedisServer();
  const telegram = createServer((_request, response) => {
    const me = { id: 123456789, is_bot: true, first_name: 'Bench', username: 'bench_bot' };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ok: true, result: me }));
  }).listen(0, '127.0.0.1');
  await once(telegram, 'listening');
  const { port } = telegram.address() as AddressInfo;
  const ingress = await startApp({
    app: 'ingress',
    env: {
      BOT_TOKEN: TOKEN,
      INGRESS_PORT: '0',
      LOG_LEVEL: 'warn',
      OPS_PORT: '0',
      PUSH_TIMEOUT_MS: '10000',
      REDIS_URL: redis.url,
      TELEGRAM_API_ROOT: `http://127.0.0.1:${port}`,
      WEBHOOK_SECRET: SECRET,
    },
  });
  return {
    url: new URL(`http://127.0.0.1:${ingress.ports.http}/telegram/webhook`),
    async stop() {
      await ingress.stop();
      telegram.closeAllConnections();
      telegram.close();
      await redis.stop();
    },
  };
}

export async function startExpress(): Promise<Webhook> {
  const program = fileURLToPath(new URL('express-peer.mjs', import.meta.url));
  const child = fork(program, [], { execArgv: [] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    url: new URL(`http://127.0.0.1:${port}/hook`),
    async stop() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
