import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSpareWorker, startApp } from '@chatlane/processes';
import { token, until } from './telegram.testkit.js';
import { startWorkerSystem, type WorkerSystem } from './worker.testkit.js';

let system: WorkerSystem;
const folder = mkdtempSync(join(tmpdir(), 'chatlane-spare-'));

beforeAll(async () => {
  system = await startWorkerSystem('await ctx.reply(text)');
});
afterAll(async () => {
  await system.stop();
  rmSync(folder, { recursive: true });
});

describe('a spare worker', () => {
  it('loads the bot only when the worker is started', async () => {
    const module = join(folder, 'bot.ts');
    const env = {
      BOT_TOKEN: token,
      REDIS_URL: system.server.url,
      TELEGRAM_API_ROOT: system.telegram.url,
      OPS_PORT: '0',
      BOT_MODULE: module,
    };
    const spare = spawnSpareWorker(env);
    const telegraf = createRequire(import.meta.url).resolve('telegraf');
    writeFileSync(
      module,
      `import { Composer } from ${JSON.stringify(telegraf)};
      const answer: string = 'written later';
      const bot = new Composer();
      bot.on('message', (ctx) => ctx.reply(answer));
      export default bot;`,
    );
    const worker = await startApp({ app: 'worker', env, spare });
    expect(worker.pid).toBe(spare.pid);
    await system.push(1, 1, 'hi');
    await until(() => system.telegram.texts().includes('written later'));
    expect(await worker.stop()).toEqual({ code: 0, signal: null });
  });

  it('ends when its parent process is gone', async () => {
    const spare = spawnSpareWorker({});
    spare.disconnect();
    expect(await once(spare, 'exit')).toEqual([0, null]);
  });
});
