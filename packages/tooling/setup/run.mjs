import { spawn } from 'node:child_process';
import { root } from './root.mjs';

/** Runs a program in the repository, shows what it says only if it fails, and tells whether it succeeded. */
export function runQuietly(command, args, env = {}) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => (said += chunk));
  }
  return new Promise((resolve) => {
    function end(reason) {
      if (reason !== undefined) process.stderr.write(`${said}${reason}\n`);
      resolve(reason === undefined);
    }
    child.once('error', ({ message }) => end(message));
    child.once('close', (code, signal) => {
      if (code === 0) return end();
      return end(signal ? `killed by ${signal}` : '');
    });
  });
}
