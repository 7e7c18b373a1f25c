import { spawn } from 'node:child_process';
import { whenReady } from './app-process.js';

const READY = `process.send({ chatlane: 'ready', ports: { ops: 1 } });`;

/** Waits for an app whose main module is this script. */
function start(script: string, options: { stallMs?: number; signal?: AbortSignal } = {}) {
  const child = spawn(process.execPath, ['-e', script], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  return { child, ready: whenReady(child, { app: 'worker', stallMs: 1_000, ...options }) };
}

describe('the start of an app', () => {
  it('may take longer than the limit while the app uses the CPU', async () => {
    const { ready } = start(`
      for (const end = Date.now() + 2_500; Date.now() < end;);
      ${READY}`);
    const app = await ready;
    expect(app.ports).toEqual({ ops: 1 });
    await app.stop();
  });

  it('may take longer than the limit while the app writes lines', async () => {
    const { ready } = start(
      `let lines = 0;
      const timer = setInterval(() => {
        console.log('waiting');
        if ((lines += 1) < 9) return;
        clearInterval(timer);
        ${READY}
      }, 500);`,
      { stallMs: 3_000 },
    );
    await (await ready).stop();
  });

  it('fails when the app only waits, and the error says so', async () => {
    const { child, ready } = start(`console.log('waiting'); setInterval(() => {}, 500);`);
    await expect(ready).rejects.toMatchObject({
      message:
        'worker was killed before it was ready: it wrote nothing and hardly used the CPU for 1 s',
      output: 'waiting',
    });
    expect(child.signalCode).toBe('SIGKILL');
  });

  it('fails with the signal or exit code when the app ends for another reason', async () => {
    const { child, ready } = start(`setInterval(() => {}, 500);`, { stallMs: 60_000 });
    child.kill('SIGKILL');
    await expect(ready).rejects.toThrow('worker ended before it was ready: killed by SIGKILL');
    await expect(start('process.exit(3)').ready).rejects.toThrow('exit code 3');
  });

  it('fails when it is cancelled, and the error says so', async () => {
    const { ready } = start(`setInterval(() => {}, 500);`, { signal: AbortSignal.abort() });
    await expect(ready).rejects.toThrow('killed before it was ready: its start was cancelled');
  });
});
