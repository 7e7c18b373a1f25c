import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';

export { until } from '@chatlane/testing';

/** Long enough for an install, a build and the start of all processes. */
const OUTPUT_MS = 240_000;
const root = fileURLToPath(new URL('../..', import.meta.url));

/** A running command, and its output. */
export interface Launched {
  pid: number;
  output(): string;
  /** Resolves with the first match in the output; rejects if the process ends or four minutes pass without one. */
  see(pattern: RegExp): Promise<RegExpMatchArray>;
  /** The process ids by name, as listed below `Chatlane is ready`. */
  pids(): Record<string, number>;
  signal(name: NodeJS.Signals): void;
  /** Its exit code. */
  exited: Promise<number | null>;
}

const running = new Set<Launched>();

/** Runs `npm start -- <args>` without a developer's `.env` and environment. */
export function npmStart(args: readonly string[], env: Record<string, string> = {}): Launched {
  return launchIn(root, ['npm', 'start', '--', ...args], { ...blanks(), ...env });
}

/** Runs a command in a folder without a developer's environment. */
export function launchIn(
  cwd: string,
  [command = '', ...args]: readonly string[],
  env: Record<string, string> = {},
): Launched {
  const child = spawn(command, args, {
    cwd,
    // A group of its own, which can be killed as a whole.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
  });
  let text = '';
  let ended = false;
  const checks = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      checks.forEach((check) => check());
    });
  }
  const exited = once(child, 'close').then(([code]: unknown[]): number | null => {
    ended = true;
    checks.forEach((check) => check());
    running.delete(launched);
    return code as number | null;
  });
  const launched: Launched = {
    pid: child.pid!,
    output: () => text,
    see: (pattern) =>
      new Promise((resolve, reject) => {
        const giveUp = (what: string) => reject(new Error(`${what} ${pattern}, but:\n${text}`));
        const check = () => {
          const match = pattern.exec(text);
          if (match) resolve(match);
          else if (ended) giveUp('ended without');
          else return;
          clearTimeout(timer);
          checks.delete(check);
        };
        const timer = setTimeout(
          () => giveUp(`waited ${OUTPUT_MS / 1_000} s in vain for`),
          OUTPUT_MS,
        );
        checks.add(check);
        check();
      }),
    pids() {
      const rows = [...text.matchAll(/^ {2}([a-z]+(?:-\d+)?) +pid (\d+)/gm)];
      return Object.fromEntries(rows.map(([, name, pid]) => [String(name), Number(pid)]));
    },
    signal: (name) => void child.kill(name),
    exited,
  };
  running.add(launched);
  return launched;
}

/** For afterEach: ends everything that a failed test started. */
export async function endAll(): Promise<void> {
  for (const one of running) {
    process.kill(-one.pid, 'SIGKILL');
    await one.exited;
  }
}

/** A zombie does not count as alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH' && existsSync(`/proc/${pid}`);
  }
}

function blanks(): Record<string, string> {
  const file = join(root, '.env');
  const names = existsSync(file) ? Object.keys(parseEnv(readFileSync(file, 'utf8'))) : [];
  return Object.fromEntries(names.map((name) => [name, '']));
}
