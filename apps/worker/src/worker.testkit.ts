import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readUpdate } from '@chatlane/contracts';
import { openDeployment, type LaneStats } from '@chatlane/lanes';
import { connectRedis, type Redis } from '@chatlane/redis';
import { startApp, type AppProcess } from '@chatlane/processes';
import { startRedisServer, type RedisServer } from '@chatlane/testing';
import { startTelegram, token, until, type WorkerTelegram } from './telegram.testkit.js';

/** Lanes on a separate Redis, a simulated Telegram, and workers as separate processes. */
export interface WorkerSystem {
  server: RedisServer;
  redis: Redis;
  telegram: WorkerTelegram;
  /** Pushes a text message of a private chat to its lane, and makes the chat known to Telegram. */
  push: (chat: number, updateId: number, text: string) => Promise<void>;
  /** Starts `dist/main.js` (build first). */
  startWorker: (
    env?: Record<string, string>,
    onLine?: (line: string) => void,
  ) => Promise<AppProcess>;
  lanes: () => Promise<LaneStats>;
  stop: () => Promise<void>;
}

/** @param bot the body of the workers' Telegraf handler, which sees `ctx` and `text` */
export async function startWorkerSystem(bot: string): Promise<WorkerSystem> {
  const folder = mkdtempSync(join(tmpdir(), 'chatlane-worker-'));
  const module = join(folder, 'bot.mjs');
  const telegraf = createRequire(import.meta.url).resolve('telegraf');
  writeFileSync(
    module,
    `import telegraf from ${JSON.stringify(telegraf)};
    const bot = new telegraf.Composer();
    bot.use(async (ctx) => { const { text } = ctx.message; ${bot} });
    export default bot;`,
  );
  const server = await startRedisServer();
  const redis = connectRedis({ url: server.url, name: 'test', whenDown: 'wait' });
  const fast = connectRedis({
    url: server.url,
    name: 'test',
    whenDown: 'fail-fast',
    commandTimeoutMs: 60_000,
  });
  await until(() => fast.status === 'ready');
  const deployment = openDeployment({ redis, fast, name: 'chatlane' });
  const intake = deployment.intake();
  const telegram = await startTelegram();
  const workers: AppProcess[] = [];

  return {
    server,
    redis,
    telegram,
    async push(chat, updateId, text) {
      const from = { id: chat, is_bot: false, first_name: 'Ann' };
      const command = { type: 'bot_command', offset: 0, length: text.length };
      const entities = text.startsWith('/') ? { entities: [command] } : {};
      const to = { id: chat, type: 'private' };
      const message = { message_id: 1, date: 1, chat: to, from, text, ...entities };
      const update = { update_id: updateId, message };
      telegram.adopt(update);
      await intake.push(readUpdate(update)!, Buffer.from(JSON.stringify(update)));
    },
    async startWorker(env = {}, onLine) {
      const worker = await startApp({
        app: 'worker',
        env: {
          BOT_TOKEN: token,
          REDIS_URL: server.url,
          TELEGRAM_API_ROOT: telegram.url,
          OPS_PORT: '0',
          BOT_MODULE: module,
          ...env,
        },
        ...(onLine && { onLine }),
      });
      workers.push(worker);
      return worker;
    },
    lanes: () => deployment.stats(),
    async stop() {
      for (const worker of workers) worker.kill('SIGKILL');
      await Promise.all(workers.map(({ exited }) => exited));
      await intake.close();
      [redis, fast].forEach((each) => each.disconnect());
      await telegram.stop();
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
