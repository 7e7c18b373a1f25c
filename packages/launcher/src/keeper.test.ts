import { spawn } from 'node:child_process';
import { watchProcess, type WatchedProcess } from '@chatlane/processes';
import { keep, type Part } from './keeper.js';

/** A supervised shell command, and everything that was reported about it. */
function keptShell(command: string, part: Partial<Part<WatchedProcess>> = {}) {
  const said: string[] = [];
  const heard: (() => void)[] = [];
  const kept = keep(
    {
      name: 'sleeper',
      start: () => Promise.resolve(watchProcess(spawn('sh', ['-c', command]))),
      ...part,
    },
    {
      say: (text) => {
        said.push(text);
        heard.forEach((look) => look());
      },
      stopDeadlineMs: 200,
      firstPauseMs: 1,
    },
  );
  /** Resolves with the first report that matches. */
  const hear = (pattern: RegExp) =>
    new Promise<string>((resolve) => {
      const look = () => said.filter((text) => pattern.test(text)).forEach((text) => resolve(text));
      heard.push(look);
      look();
    });
  return { kept, said, hear };
}

describe('the supervisor of a process', () => {
  it('restarts a crashed process, and reports how it ended and its last output', async () => {
    const { kept, hear } = keptShell('echo last words; exec sleep 60');
    const first = await kept.start();
    process.kill(first.pid, 'SIGKILL');
    const report = await hear(/ended unexpectedly/);
    expect(report).toMatch(/sleeper \(pid \d+\).*SIGKILL/);
    await hear(/sleeper is back/);
    expect(kept.current()?.pid).not.toBe(first.pid);
    await kept.stop();
    expect(isAlive(first.pid)).toBe(false);
  });

  it('waits longer after each crash', async () => {
    const { kept, said, hear } = keptShell('exit 3');
    await kept.start();
    await hear(/again in 0.008 s/);
    await kept.stop();
    expect(said.filter((text) => text.includes('again in')).slice(0, 3)).toEqual([
      expect.stringContaining('0.001 s'),
      expect.stringContaining('0.002 s'),
      expect.stringContaining('0.004 s'),
    ]);
    expect(said.join()).toContain('exit code 3');
  });

  it('tries again when a restart fails', async () => {
    let starts = 0;
    const { kept, hear } = keptShell('', {
      start: () => {
        starts += 1;
        if (starts === 2) return Promise.reject(new Error('no port today'));
        return Promise.resolve(watchProcess(spawn('sleep', [starts === 1 ? '0' : '60'])));
      },
    });
    await kept.start();
    await hear(/no port today/);
    await hear(/is back/);
    await kept.stop();
  });

  it('runs the onReturn callback after a restart, and reports its failure without stopping', async () => {
    const { kept, hear } = keptShell('exec sleep 60', {
      onReturn: () => Promise.reject(new Error('setWebhook: no answer')),
    });
    const first = await kept.start();
    process.kill(first.pid, 'SIGKILL');
    await hear(/setWebhook: no answer/);
    expect(kept.current()).toBeDefined();
    await kept.stop();
  });

  it('kills a process that does not stop in time, and reports it', async () => {
    const { kept, said } = keptShell(`trap '' TERM; echo ready; while :; do sleep 0.05; done`);
    const stubborn = await kept.start();
    while (!stubborn.output().includes('ready')) await new Promise((wait) => setTimeout(wait, 5));
    await kept.stop();
    expect(said.join()).toContain('was killed');
    expect(isAlive(stubborn.pid)).toBe(false);
  });

  it('neither reports nor restarts a process that it was asked to stop', async () => {
    const { kept, said } = keptShell('exec sleep 60');
    await kept.start();
    await kept.stop();
    expect(said).toEqual([]);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
