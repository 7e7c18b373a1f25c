import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { startPostgresServer } from './postgres-server.js';

describe('startPostgresServer', () => {
  it('starts independent servers that do not run as root and end with the process that started them', async () => {
    const [one, other] = await Promise.all([startPostgresServer(), startPostgresServer()]);
    expect(one.port).not.toBe(other.port);
    expect(existsSync(`/proc/self`) ? uidOf(one.process.pid!) : 'unknown').not.toBe(0);
    const exited = once(one.process, 'exit');
    // The operating system closes this pipe when its owner dies, even by SIGKILL.
    one.process.stdin?.destroy();
    await exited;
    await Promise.all([one.stop(), other.stop()]);
    expect(other.process.exitCode ?? other.process.signalCode).not.toBeNull();
  });
});

function uidOf(pid: number): number {
  return statSync(`/proc/${pid}`).uid;
}
