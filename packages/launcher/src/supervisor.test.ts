import { spawn } from 'node:child_process';
import { watchProcess, type WatchedProcess } from '@chatlane/processes';
import { supervise, type Part } from './supervisor.js';

/** A supervised shell command, and everything that was reported about it. */
function supervisedShell(command: string, part: Partial<Part<WatchedProcess>> = {}) {
  const reports: string[] = [];
  const listeners: (() => void)[] = [];
  const supervised = supervise(
    {
      name: 'sleeper',
      start: () => Promise.resolve(watchProcess(spawn('sh', ['-c', command]))),
      ...part,
    },
    {
      say: (text) => {
        reports.push(text);
        listeners.forEach((check) => check());
      },
      stopDeadlineMs: 200,
      firstPauseMs: 1,
    },
  );
  /** Resolves with the first report that matches. */
  const untilReported = (pattern: RegExp) =>
    new Promise<string>((resolve) => {
      const check = () =>
        reports.filter((text) => pattern.test(text)).forEach((text) => resolve(text));
      listeners.push(check);
      check();
    });
  return { supervised, reports, untilReported };
}

describe('supervise', () => {
  it('restarts a crashed process, and reports how it ended and its last output', async () => {
    const { supervised, untilReported } = supervisedShell('echo last words; exec sleep 60');
    const first = await supervised.start();
    process.kill(first.pid, 'SIGKILL');
    const report = await untilReported(/ended unexpectedly/);
    expect(report).toMatch(/sleeper \(pid \d+\).*SIGKILL/);
    await untilReported(/sleeper is back/);
    expect(supervised.current()?.pid).not.toBe(first.pid);
    await supervised.stop();
    expect(isAlive(first.pid)).toBe(false);
  });

  it('waits longer after each crash', async () => {
    const { supervised, reports, untilReported } = supervisedShell('exit 3');
    await supervised.start();
    await untilReported(/restarts sleeper in 0.008 s/);
    await supervised.stop();
    expect(reports.filter((text) => text.includes('restarts sleeper in')).slice(0, 3)).toEqual([
      expect.stringContaining('0.001 s'),
      expect.stringContaining('0.002 s'),
      expect.stringContaining('0.004 s'),
    ]);
    expect(reports.join()).toContain('exit code 3');
  });

  it('tries again when a restart fails', async () => {
    let starts = 0;
    const { supervised, untilReported } = supervisedShell('', {
      start: () => {
        starts += 1;
        if (starts === 2) return Promise.reject(new Error('no port today'));
        return Promise.resolve(watchProcess(spawn('sleep', [starts === 1 ? '0' : '60'])));
      },
    });
    await supervised.start();
    await untilReported(/no port today/);
    await untilReported(/is back/);
    await supervised.stop();
  });

  it('runs the onReturn callback after a restart, and reports its failure without stopping', async () => {
    const { supervised, untilReported } = supervisedShell('exec sleep 60', {
      onReturn: () => Promise.reject(new Error('setWebhook: no answer')),
    });
    const first = await supervised.start();
    process.kill(first.pid, 'SIGKILL');
    await untilReported(/setWebhook: no answer/);
    expect(supervised.current()).toBeDefined();
    await supervised.stop();
  });

  it('kills a process that does not stop in time, and reports it', async () => {
    const { supervised, reports } = supervisedShell(
      `trap '' TERM; echo ready; while :; do sleep 0.05; done`,
    );
    const stubborn = await supervised.start();
    while (!stubborn.output().includes('ready')) await new Promise((wait) => setTimeout(wait, 5));
    await supervised.stop();
    expect(reports.join()).toContain('was killed');
    expect(isAlive(stubborn.pid)).toBe(false);
  });

  it('neither reports nor restarts a process that it was asked to stop', async () => {
    const { supervised, reports } = supervisedShell('exec sleep 60');
    await supervised.start();
    await supervised.stop();
    expect(reports).toEqual([]);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
