import { spawnSync } from 'node:child_process';
import { root } from './root.mjs';

/** Runs a program in the repository, shows what it says only if it fails, and returns whether it succeeded. */
export function runQuietly(command, args, env = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  if (result.status === 0) return true;
  const reason = result.error?.message ?? (result.signal ? `killed by ${result.signal}` : '');
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}${reason}\n`);
  return false;
}
