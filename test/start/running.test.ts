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

/** Uses a new chat, so that earlier messages do not matter. */
async function botAnswers(page: string, id: number): Promise<void> {
  const person = createPerson(page, id);
  await person.say('/help');
  await until(async () => (await person.answers()).length > 0);
}

describe('npm start', () => {
  it('runs the whole system, and leaves no process behind after Ctrl-C', async () => {
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
    const [, redisUrl] = await launched.see(/^ {2}redis .*(redis:\S+)$/m);
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

  it('reports a crashed process and restarts it, and the system keeps working', async () => {
    const { launched, page } = await ready();
    const pids = launched.pids();
    let chat = 710;
    // Restarting the playground also requires that the webhook is registered again.
    for (const name of ['worker-1', 'redis', 'playground', 'ingress', 'downloader']) {
      process.kill(pids[name]!, 'SIGKILL');
      await launched.see(
        new RegExp(`${name} \\(pid ${pids[name]}\\) ended unexpectedly: .*SIGKILL`),
      );
      await launched.see(new RegExp(`${name} is back`));
      await botAnswers(page, (chat += 1));
    }
    launched.signal('SIGTERM');
    expect(await launched.exited).toBe(0);
  });

  it('ends immediately on the second Ctrl-C', async () => {
    const { launched } = await ready();
    const pids = launched.pids();
    process.kill(pids['worker-1']!, 'SIGSTOP');
    launched.signal('SIGINT');
    await launched.see(/Chatlane is stopping/);
    // Signals in quick succession count as one request, because npm sends each one twice. So this repeats the signal
    // until one counts as a second request.
    await until(() => {
      if (launched.output().includes('ends immediately.')) return true;
      launched.signal('SIGINT');
      return false;
    });
    expect(await launched.exited).toBe(1);
    expect(Object.values(pids).filter(isAlive)).toEqual([]);
  });

  it('leaves no process behind when it is killed', async () => {
    const { launched } = await ready();
    const pids = Object.values(launched.pids());
    launched.signal('SIGKILL');
    await until(() => !pids.some(isAlive));
  });
});
