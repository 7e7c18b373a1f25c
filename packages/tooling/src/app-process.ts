import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repositoryRoot } from './repository.js';

/** How a process ended. */
export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** One running app of Chatlane. */
export interface AppProcess {
  pid: number;
  /** The ports it reported when it became ready. */
  ports: { http?: number; ops?: number };
  /** What it has written to stdout and stderr so far; the last 2,000 lines. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the process is gone, whatever the reason. */
  exited: Promise<ProcessEnd>;
  /** SIGTERM; SIGKILL after `deadlineMs` (default 30,000). Resolves when the process is gone. */
  stop(deadlineMs?: number): Promise<ProcessEnd>;
}

/** What to start, and with which settings. */
export interface AppOptions {
  app: 'ingress' | 'worker' | 'playground';
  /** The whole environment of the process: nothing but PATH is inherited. */
  env: Record<string, string | undefined>;
  /** Told of every line it writes. */
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Fires to end an app that is not ready yet. */
  signal?: AbortSignal;
  /** Milliseconds to wait for the ready message. Default 30,000. */
  readyTimeoutMs?: number;
}

/** An app that ended, or was ended, before it was ready. `output` is all it wrote. */
export class AppStartError extends Error {
  constructor(
    message: string,
    readonly app: string,
    readonly end: ProcessEnd,
    readonly output: readonly string[],
  ) {
    super(message);
    this.name = 'AppStartError';
  }
}

const keptLines = 2_000;

/**
 * Starts `apps/<app>/dist/main.js` (build first) as a process of its own, with an IPC channel, in its own
 * process group: a terminal's Ctrl-C does not reach it. Resolves when it has sent its ready message.
 *
 * @throws AppStartError when it ends, or stays silent for `readyTimeoutMs`, before it is ready
 */
export async function startApp(options: AppOptions): Promise<AppProcess> {
  const { app, env, onLine, signal, readyTimeoutMs = 30_000 } = options;
  const child = spawn(process.execPath, [join(repositoryRoot, 'apps', app, 'dist/main.js')], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'], ...env },
  });
  const lines: string[] = [];
  for (const stream of ['stdout', 'stderr'] as const) {
    createInterface({ input: child[stream]! }).on('line', (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      onLine?.(line, stream);
    });
  }
  // 'close' comes after the last line was read, 'exit' may come before.
  const exited = once(child, 'close').then(([code, by]: unknown[]): ProcessEnd => ({
    code: code as number | null,
    signal: by as NodeJS.Signals | null,
  }));
  const isGone = () => child.exitCode !== null || child.signalCode !== null;

  const ports = await new Promise<AppProcess['ports']>((resolve, reject) => {
    const giveUp = () => child.kill('SIGKILL');
    const timer = setTimeout(giveUp, readyTimeoutMs);
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted) giveUp();
    child.on('message', (message: unknown) => {
      if (!isReady(message)) return;
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      resolve(message.ports);
    });
    void exited.then((end) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      reject(
        new AppStartError(`${app} ended before it was ready: ${describeEnd(end)}`, app, end, lines),
      );
    });
  });

  return {
    pid: child.pid!,
    ports,
    output: () => lines.join('\n'),
    kill: (by) => void child.kill(by),
    exited,
    async stop(deadlineMs = 30_000) {
      if (!isGone()) child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
      const end = await exited;
      clearTimeout(timer);
      return end;
    },
  };
}

/** `exit code 1`, `killed by SIGKILL`. */
export function describeEnd({ code, signal }: ProcessEnd): string {
  return signal === null ? `exit code ${code}` : `killed by ${signal}`;
}

function isReady(message: unknown): message is { ports: AppProcess['ports'] } {
  return (
    typeof message === 'object' &&
    message !== null &&
    'chatlane' in message &&
    message.chatlane === 'ready' &&
    'ports' in message
  );
}
