import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { root } from './root.mjs';

/** npm passes its path to its scripts; without it (node bin/start.mjs), the npm on PATH is used. */
export function npmQuietly(args, options) {
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  return runQuietly(command, [...first, ...args], options);
}

/**
 * Runs a program in the repository and resolves with whether it succeeded. Shows its output only if it fails. `lowPriority` runs it
 * with low priority.
 */
export function runQuietly(command, args, { env = {}, lowPriority = false } = {}) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  if (lowPriority && child.pid !== undefined)
    setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => (output += chunk));
  }
  return new Promise((resolve) => {
    function end(reason) {
      if (reason !== undefined) process.stderr.write(`${output}${reason}\n`);
      resolve(reason === undefined);
    }
    child.once('error', ({ message }) => end(message));
    child.once('close', (code, signal) => {
      if (code === 0) return end();
      return end(signal ? `killed by ${signal}` : '');
    });
  });
}
