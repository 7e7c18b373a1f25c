import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from './repository.js';
import {
  describeEnd,
  watchProcess,
  type ProcessEnd,
  type WatchedProcess,
} from './watched-process.js';

/** One running app of Chatlane. */
export interface AppProcess extends WatchedProcess {
  /** The ports it reported when it became ready. */
  ports: { http?: number; ops?: number };
}

/** What to start, and with which settings. */
export interface AppOptions {
  app: 'ingress' | 'worker' | 'downloader' | 'playground';
  /** The whole environment of the process: nothing but PATH is inherited. */
  env: Record<string, string | undefined>;
  /** Told of every line it writes. */
  onLine?: (line: string) => void;
  /** Fires to end an app that is not ready yet. */
  signal?: AbortSignal;
  /** Milliseconds to wait for the ready message. Default 30,000. */
  readyTimeoutMs?: number;
}

/**
 * A downloader keeps little of what streams through it: the young generation of V8 need not grow, and the C library is to
 * give back what is larger than its chunks, and not to learn otherwise. The compose file says the same.
 */
export const smallMemory = {
  NODE_OPTIONS: '--max-semi-space-size=1',
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
};

/** An app that ended, or was ended, before it was ready. */
export class AppStartError extends Error {
  constructor(
    readonly app: string,
    readonly pid: number,
    readonly end: ProcessEnd,
    /** All it wrote. */
    readonly output: string,
  ) {
    super(`${app} ended before it was ready: ${describeEnd(end)}`);
    this.name = 'AppStartError';
  }
}

/**
 * Starts `apps/<app>/dist/main.js` (build first) as a process of its own, with an IPC channel, in its own
 * process group: a terminal's Ctrl-C does not reach it. Resolves when it has sent its ready message.
 *
 * @throws AppStartError when it ends, or stays silent for `readyTimeoutMs`, before it is ready
 */
export async function startApp(options: AppOptions): Promise<AppProcess> {
  const { app, env, onLine, signal, readyTimeoutMs = 30_000 } = options;
  const main = join(repositoryRoot, 'apps', app, 'dist/main.js');
  const child = spawn(process.execPath, [main], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'], ...(app === 'downloader' && smallMemory), ...env },
  });
  const watched = watchProcess(child, onLine);
  const giveUp = () => void child.kill('SIGKILL');
  const timer = setTimeout(giveUp, readyTimeoutMs);
  signal?.addEventListener('abort', giveUp, { once: true });
  if (signal?.aborted) giveUp();
  try {
    const ports = await new Promise<AppProcess['ports']>((resolve, reject) => {
      child.on('message', (message) => {
        if (isReady(message)) resolve(message.ports);
      });
      void watched.exited.then((end) =>
        reject(new AppStartError(app, watched.pid, end, watched.output())),
      );
    });
    return { ...watched, ports };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

function isReady(message: unknown): message is { ports: AppProcess['ports'] } {
  const fields = message as { chatlane?: unknown; ports?: unknown } | null;
  return fields?.chatlane === 'ready' && typeof fields.ports === 'object';
}
