import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { untilStalled } from './stalled.js';
import {
  describeEnd,
  watchProcess,
  type ProcessEnd,
  type WatchedProcess,
} from './watched-process.js';

/** A running app of Chatlane. */
export interface AppProcess extends WatchedProcess {
  /** The ports it reported when it became ready. */
  ports: { http?: number; ops?: number };
}

interface StartOptions {
  app: 'ingress' | 'worker' | 'downloader' | 'playground';
  /** Called with every line that the app writes. */
  onLine?: (line: string) => void;
  /** Ends an app that is not ready yet. */
  signal?: AbortSignal;
  /**
   * An app that is not ready is killed after this many milliseconds without progress, that is, without output and CPU use.
   * A start on a busy machine may therefore take as long as it needs. Default 60,000.
   */
  stallMs?: number;
}

/** The app to start, and its settings. */
export interface AppOptions extends StartOptions {
  /** The complete environment of the process; only PATH is inherited. */
  env: Record<string, string | undefined>;
  /** The maximum number of open file descriptors. Default: the limit of this process. */
  openFiles?: number;
  /** A worker that `spawnSpareWorker` has started with the same settings. This start uses it up. */
  spare?: ChildProcess | undefined;
}

/**
 * A downloader's data is mostly garbage right after use. So V8's young generation stays small, and the C library returns
 * large blocks to the system instead of raising its threshold. docker-compose.yml sets the same.
 */
export const smallMemory = {
  NODE_OPTIONS: '--max-semi-space-size=1',
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
};

/** The app ended or was killed before it was ready. */
export class AppStartError extends Error {
  /** @param killedBecause why this process killed it; absent if it ended by itself */
  constructor(
    readonly app: string,
    readonly pid: number,
    readonly end: ProcessEnd,
    /** Its output. */
    readonly output: string,
    killedBecause?: string,
  ) {
    const what = killedBecause === undefined ? 'ended' : 'was killed';
    super(`${app} ${what} before it was ready: ${killedBecause ?? describeEnd(end)}`);
    this.name = 'AppStartError';
  }
}

/**
 * Starts `main.js` of an app's package (needs a build) as a process with an IPC channel, in a separate process group so that a
 * terminal's Ctrl-C does not reach it. Resolves when it has sent its ready message.
 *
 * @throws AppStartError if it ends, or makes no progress for `stallMs`, before it is ready
 */
export function startApp({ env, openFiles, spare, ...options }: AppOptions): Promise<AppProcess> {
  if (spare?.connected) {
    spare.send('start');
    return whenReady(spare, options);
  }
  const command = commandOf(options.app);
  const limited = ['sh', '-c', `ulimit -n ${openFiles} && exec "$@"`, 'sh', ...command];
  return whenReady(
    spawnApp(options.app, openFiles === undefined ? command : limited, env),
    options,
  );
}

/** Starts a worker that loads everything but its bot, and then waits for `startApp`. It ends together with this process. */
export function spawnSpareWorker(env: AppOptions['env']): ChildProcess {
  return spawnApp('worker', [...commandOf('worker'), '--stand-by'], env);
}

function commandOf(app: AppOptions['app']): string[] {
  return [process.execPath, createRequire(import.meta.url).resolve(`@chatlane/${app}/main`)];
}

function spawnApp(
  app: AppOptions['app'],
  [program = '', ...args]: readonly string[],
  env: AppOptions['env'],
): ChildProcess {
  return spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'], ...(app === 'downloader' && smallMemory), ...env },
  });
}

/**
 * Resolves when a child (stdout, stderr and IPC must be pipes) has sent an app's ready message.
 *
 * @throws AppStartError like `startApp`
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
    giveUp(`it wrote nothing and hardly used the CPU for ${stallMs / 1_000} s`),
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
