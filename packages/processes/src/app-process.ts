import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from './repository.js';
import { untilStalled } from './stalled.js';
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

interface StartOptions {
  app: 'ingress' | 'worker' | 'downloader' | 'playground';
  /** Called with every line it writes. */
  onLine?: (line: string) => void;
  /** Fires to end an app that is not ready yet. */
  signal?: AbortSignal;
  /**
   * Milliseconds without progress, before it is ready, after which it is killed: it wrote nothing and left the
   * processor alone. However long a start takes on a busy machine, it goes on. Default 60,000.
   */
  stallMs?: number;
}

/** What to start, and with which settings. */
export interface AppOptions extends StartOptions {
  /** The whole environment of the process: nothing but PATH is inherited. */
  env: Record<string, string | undefined>;
  /** The most file descriptors the process may have open. Default: this process's own limit. */
  openFiles?: number;
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
  /** @param killedBecause why it was killed from here; absent when it ended by itself */
  constructor(
    readonly app: string,
    readonly pid: number,
    readonly end: ProcessEnd,
    /** All it wrote. */
    readonly output: string,
    killedBecause?: string,
  ) {
    const what = killedBecause === undefined ? 'ended' : 'was killed';
    super(`${app} ${what} before it was ready: ${killedBecause ?? describeEnd(end)}`);
    this.name = 'AppStartError';
  }
}

/**
 * Starts `apps/<app>/dist/main.js` (build first) as a process of its own, with an IPC channel, in its own
 * process group: a terminal's Ctrl-C does not reach it. Resolves when it has sent its ready message.
 *
 * @throws AppStartError when it ends, or makes no progress for `stallMs`, before it is ready
 */
export function startApp({ env, openFiles, ...options }: AppOptions): Promise<AppProcess> {
  const { app } = options;
  const main = join(repositoryRoot, 'apps', app, 'dist/main.js');
  const command = [process.execPath, main];
  const limited = ['sh', '-c', `ulimit -n ${openFiles} && exec "$@"`, 'sh', ...command];
  const [program = '', ...args] = openFiles === undefined ? command : limited;
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'], ...(app === 'downloader' && smallMemory), ...env },
  });
  return whenReady(child, options);
}

/**
 * Resolves when a child (stdout, stderr and IPC must be pipes) has sent an app's ready message.
 *
 * @throws AppStartError as `startApp`
 */
export async function whenReady(child: ChildProcess, options: StartOptions): Promise<AppProcess> {
  const { app, onLine, signal, stallMs = 60_000 } = options;
  let written = 0;
  const watched = watchProcess(child, (line) => {
    written += 1;
    onLine?.(line);
  });
  let killedBecause: string | undefined;
  const giveUp = (why: string): void => {
    killedBecause ??= why;
    child.kill('SIGKILL');
  };
  const cancel = (): void => giveUp('its start was cancelled');
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted) cancel();
  const settled = new AbortController();
  const subject = { pid: watched.pid, written: () => written };
  void untilStalled(subject, stallMs, settled.signal).then(() =>
    giveUp(`for ${stallMs / 1_000} s it wrote nothing and hardly used the processor`),
  );
  try {
    const ports = await new Promise<AppProcess['ports']>((resolve, reject) => {
      child.on('message', (message) => {
        if (isReady(message)) resolve(message.ports);
      });
      void watched.exited.then((end) =>
        reject(new AppStartError(app, watched.pid, end, watched.output(), killedBecause)),
      );
    });
    return { ...watched, ports };
  } finally {
    settled.abort();
    signal?.removeEventListener('abort', cancel);
  }
}

function isReady(message: unknown): message is { ports: AppProcess['ports'] } {
  const fields = message as { chatlane?: unknown; ports?: unknown } | null;
  return fields?.chatlane === 'ready' && typeof fields.ports === 'object';
}
