import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { startPostgresServer } from './postgres-server.js';

it('starts servers of their own, which end with who started them and leave nothing', async () => {
  const [one, other] = await Promise.all([startPostgresServer(), startPostgresServer()]);
  expect(one.port).not.toBe(other.port);
  expect(existsSync(`/proc/self`) ? uidOf(one.process.pid!) : 'unknown').not.toBe(0);
  const exited = once(one.process, 'exit');
  // The pipe closes by itself when its owner dies, even by SIGKILL.
  one.process.stdin?.destroy();
  await exited;
  await Promise.all([one.stop(), other.stop()]);
  expect(other.process.exitCode ?? other.process.signalCode).not.toBeNull();
});

function uidOf(pid: number): number {
  return statSync(`/proc/${pid}`).uid;
}
