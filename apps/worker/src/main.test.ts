import { AppStartError, freePort } from '@chatlane/processes';
import { startSimulator, type RunningSimulator } from '@chatlane/simulator';
import { token, until } from './telegram.testkit.js';
import { startWorkerSystem, type WorkerSystem } from './worker.testkit.js';

let system: WorkerSystem;
let refusing: RunningSimulator;
let startWithoutRedis: Promise<AppStartError>;

beforeAll(async () => {
  system = await startWorkerSystem('await ctx.reply(text)');
  // Another bot's Telegram, to which the workers' token is unknown.
  refusing = await startSimulator();
  // Takes ten seconds, during which the other tests run.
  const REDIS_URL = `redis://me:hidden@127.0.0.1:${await freePort()}`;
  startWithoutRedis = failedStart({ REDIS_URL });
});

afterAll(async () => {
  await system.stop();
  await refusing.stop();
});

/** Starts a worker, and returns the error with which the start failed. */
async function failedStart(env: Record<string, string>): Promise<AppStartError> {
  const failed = await system.startWorker(env).catch((error: unknown) => error);
  if (failed instanceof AppStartError) return failed;
  throw new Error('the worker has started');
}

describe('a running worker', () => {
  it('responds on its ops port even while Redis does not', async () => {
    const worker = await system.startWorker();
    const get = (path: string) => fetch(`http://127.0.0.1:${worker.ports.ops}${path}`);
    expect((await get('/readyz')).status).toBe(200);
    system.server.process.kill('SIGSTOP');
    await until(async () => (await get('/readyz')).status === 503);
    expect((await get('/healthz')).status).toBe(200);
    expect(await (await get('/metrics')).text()).toMatch(/^chatlane_dead_letters nan$/im);

    system.server.process.kill('SIGCONT');
    await until(async () => (await get('/readyz')).status === 200);
    await system.push(1, 10, 'a private word');
    await until(() => system.telegram.texts().length === 1);
    expect(await worker.stop()).toEqual({ code: 0, signal: null });
    for (const secret of [token, 'a private word']) expect(worker.output()).not.toContain(secret);
  });
});

describe('a worker that sends one-time codes to the chat', () => {
  it('logs a warning unless its Telegram is on this machine', async () => {
    const warnings = (worker: { output: () => string }) =>
      worker.output().split('which proves nothing').length - 1;
    // Clients can connect to 0.0.0.0, which is also this machine.
    const telegram = await startSimulator({ token, anyHost: true });
    const TELEGRAM_API_ROOT = telegram.url.replace('127.0.0.1', '0.0.0.0');
    const far = await system.startWorker({ BOT_MODULE: '', TELEGRAM_API_ROOT });
    expect(warnings(far)).toBe(1);
    expect(await far.stop()).toEqual({ code: 0, signal: null });
    const near = await system.startWorker({ BOT_MODULE: '' });
    expect(warnings(near)).toBe(0);
    expect(await near.stop()).toEqual({ code: 0, signal: null });
    await telegram.stop();
  });
});

describe('a worker on a Redis that is out of memory', () => {
  it('waits, logs what to do, and starts once there is free memory', async () => {
    await system.redis.config('SET', 'maxmemory', '1');
    let ready = false;
    const lines: string[] = [];
    const starting = system
      .startWorker({}, (line) => lines.push(line))
      .then((worker) => {
        ready = true;
        return worker;
      });
    await until(() => lines.some((line) => line.includes('Redis is out of memory')));
    expect(lines.join()).toContain('CONFIG SET maxmemory');
    expect(ready).toBe(false);
    await system.redis.config('SET', 'maxmemory', '0');
    expect(await (await starting).stop()).toEqual({ code: 0, signal: null });
  });
});

describe('a worker that does not start', () => {
  it('lists all invalid settings', async () => {
    const { end, output } = await failedStart({ LEASE_MS: '1', WORKER_TURNS: 'many' });
    expect(end.code).toBe(2);
    expect(output).toMatch(/LEASE_MS: must be/);
    expect(output).toMatch(/WORKER_TURNS: must be/);
  });

  it('reports a token that Telegram rejects', async () => {
    const { end, output } = await failedStart({ TELEGRAM_API_ROOT: refusing.url });
    expect(end.code).toBe(1);
    expect(output).toContain('worker could not start: Telegram refuses BOT_TOKEN');
    expect(output).not.toContain(token);
  });

  it('reports that Redis is unreachable', async () => {
    const { end, output } = await startWithoutRedis;
    expect(end.code).toBe(1);
    expect(output).toMatch(
      /worker could not start: REDIS_URL: Redis does not answer \(.*ECONNREFUSED.*\)\./,
    );
    expect(output).not.toContain('hidden');
  });
});
