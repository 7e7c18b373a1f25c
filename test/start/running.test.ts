import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createPerson } from './talk.js';
import { endAll, isAlive, npmStart, until, type Launched } from './launched.js';

afterEach(endAll);

async function ready(args: string[] = []): Promise<{ launched: Launched; page: string }> {
  const launched = npmStart(['--port', '0', '--workers', '1', ...args]);
  const [, page] = await launched.see(/^Chatlane is ready\n[\s\S]*Open (\S+) [\s\S]*Stop: /m);
  return { launched, page: page! };
}

/** Starts a chat of its own, so that what was said before does not matter. */
async function botAnswers(page: string, id: number): Promise<void> {
  const person = createPerson(page, id);
  await person.say('/help');
  await until(async () => (await person.heard()).length > 0);
}

it('runs the whole round and leaves nothing behind after Ctrl-C', async () => {
  const { launched, page } = await ready(['--workers', '3']);
  const pids = launched.pids();
  expect(Object.keys(pids).sort()).toEqual([
    'downloader',
    'ingress',
    'playground',
    'redis',
    'worker-1',
    'worker-2',
    'worker-3',
  ]);
  expect(await (await fetch(page)).text()).toContain('<html');
  await botAnswers(page, 701);
  const [, metrics] = await launched.see(/ingress .*(http:\S+metrics)/);
  expect((await fetch(metrics!)).status).toBe(200);
  const [, redisUrl] = await launched.see(/Operate: +REDIS_URL=(\S+) npx chatlane-ops doctor/);
  const ops = fileURLToPath(new URL('../../apps/ops/bin/chatlane-ops.mjs', import.meta.url));
  const env = { PATH: process.env['PATH'], REDIS_URL: redisUrl };
  const { stdout } = await promisify(execFile)(process.execPath, [ops, 'status'], { env });
  expect(stdout).toMatch(/^workers +3 /m);
  const [, logs] = await launched.see(/Logs: +(\S+)/);

  launched.signal('SIGINT');
  expect(await launched.exited).toBe(0);
  expect(launched.output()).not.toContain('failed to stop');
  expect(Object.values(pids).filter(isAlive)).toEqual([]);
  expect(existsSync(logs!)).toBe(false);
});

it('reports a crashed part, starts it again, and the round goes on', async () => {
  const { launched, page } = await ready();
  const pids = launched.pids();
  let chat = 710;
  // The playground's restart also shows that its webhook is registered anew.
  for (const name of ['worker-1', 'redis', 'playground', 'ingress', 'downloader']) {
    process.kill(pids[name]!, 'SIGKILL');
    await launched.see(new RegExp(`${name} \\(pid ${pids[name]}\\) ended unexpectedly: .*SIGKILL`));
    await launched.see(new RegExp(`${name} is back`));
    await botAnswers(page, (chat += 1));
  }
  launched.signal('SIGTERM');
  expect(await launched.exited).toBe(0);
});

it('ends at once at the second Ctrl-C', async () => {
  const { launched } = await ready();
  const pids = launched.pids();
  process.kill(pids['worker-1']!, 'SIGSTOP');
  launched.signal('SIGINT');
  await launched.see(/Chatlane is stopping/);
  // Signals that come together are one request (npm doubles them), so it takes a while to count as the second.
  await until(() => {
    if (launched.output().includes('ends at once.')) return true;
    launched.signal('SIGINT');
    return false;
  });
  expect(await launched.exited).toBe(1);
  expect(Object.values(pids).filter(isAlive)).toEqual([]);
});

it('leaves nothing behind when it is killed itself', async () => {
  const { launched } = await ready();
  const pids = Object.values(launched.pids());
  launched.signal('SIGKILL');
  await until(() => !pids.some(isAlive));
});
