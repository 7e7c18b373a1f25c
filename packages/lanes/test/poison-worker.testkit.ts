import { spawn, type ChildProcess } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The text whose handler kills its process. */
export const POISON = 'poison';

/**
 * A worker process whose handler kills the process on a poisonous text, and takes `handlerMs` for any other. Handled
 * events go into the list `handled`, and every start of a poisonous event into `poisoned`.
 */
const program = `
import { openDeployment } from '@chatlane/lanes';
import { connectRedis } from '@chatlane/redis';
const [url, handlerMs] = process.argv.slice(1);
const redis = connectRedis({ url, name: 'worker', whenDown: 'wait' });
const worker = openDeployment({ redis, name: 'test' }).worker({
  turns: 50, leaseMs: 600, sweepEveryMs: 100, turnTimeoutMs: 60_000, graceMs: 100,
  yieldAfterEvents: 50, yieldAfterMs: 5_000, sessionTtlSeconds: 0, maxAttempts: 2, atTheLimit: 'bury',
  backOffMs: () => 5, classifyError: () => ({ next: 'retry' }),
  async handle({ event, lane }) {
    if (event.update.message.text === '${POISON}') {
      await redis.rpush('poisoned', lane);
      process.kill(process.pid, 'SIGKILL');
    }
    await new Promise((resolve) => setTimeout(resolve, Number(handlerMs)));
    await redis.rpush('handled', lane + ' ' + event.updateId);
  },
});
await worker.start();
`;

/** Keeps `count` worker processes running, and restarts those that die. */
export function superviseWorkers(
  url: string,
  count: number,
  handlerMs: number,
): { readonly deaths: number; stop(): void } {
  const children = new Set<ChildProcess>();
  const cwd = dirname(dirname(fileURLToPath(import.meta.url)));
  let deaths = 0;
  let stopped = false;

  function start(): void {
    const args = ['--input-type=module', '-e', program, url, String(handlerMs)];
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
    children.add(child);
    child.once('exit', () => {
      children.delete(child);
      if (stopped) return;
      deaths += 1;
      start();
    });
  }
  for (let index = 0; index < count; index += 1) start();

  return {
    get deaths() {
      return deaths;
    },
    stop() {
      stopped = true;
      for (const child of children) child.kill('SIGKILL');
    },
  };
}
