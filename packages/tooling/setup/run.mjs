import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { root } from './root.mjs';

/** npm tells its scripts where it is; without that (node bin/start.mjs) the one on PATH will do. */
export function npmQuietly(args, options) {
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  return runQuietly(command, [...first, ...args], options);
}

/**
 * Runs a program in the repository, shows what it says only if it fails, and tells whether it succeeded.
 * `behind`: it takes only the time that other programs leave.
 */
export function runQuietly(command, args, { env = {}, behind = false } = {}) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  if (behind && child.pid !== undefined)
    setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
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
