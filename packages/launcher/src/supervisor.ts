import { setTimeout as delay } from 'node:timers/promises';
import { describeEnd, type WatchedProcess } from '@chatlane/processes';
import { startFailure } from './start-failure.js';

/** A process that the launcher starts and restarts. */
export interface Part<R extends WatchedProcess> {
  name: string;
  start(signal: AbortSignal): Promise<R>;
  /** Runs after every restart. */
  onReturn?: (running: R) => Promise<void>;
}

/** A part under supervision. */
export interface Supervised<R extends WatchedProcess> {
  name: string;
  /** Starts it for the first time. Rejects if that fails; the part is then not restarted. */
  start(): Promise<R>;
  /** The running process; undefined between a crash and the restart. */
  current(): R | undefined;
  stop(): Promise<void>;
  kill(): void;
}

/** Times in milliseconds. */
export interface SupervisorOptions {
  say: (text: string) => void;
  stopDeadlineMs: number;
  firstPauseMs?: number;
  longestPauseMs?: number;
  /** A crash after a run of at least this length resets the pause. */
  healthyAfterMs?: number;
}

/**
 * Keeps a part running. Reports each crash, and restarts the part after a pause, which doubles with each crash.
 */
export function supervise<R extends WatchedProcess>(
  part: Part<R>,
  options: SupervisorOptions,
): Supervised<R> {
  const { say, stopDeadlineMs } = options;
  const { firstPauseMs = 500, longestPauseMs = 30_000, healthyAfterMs = 30_000 } = options;
  const stopping = new AbortController();
  let current: R | undefined;
  let starting: Promise<R> | undefined;
  let watch: Promise<void> | undefined;
  let killed = false;
  let pauseMs = firstPauseMs;

  async function restart(): Promise<R | undefined> {
    while (!stopping.signal.aborted) {
      say(`Chatlane restarts ${part.name} in ${pauseMs / 1000} s.`);
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      if (stopping.signal.aborted) break;
      try {
        return await part.start(stopping.signal);
      } catch (error) {
        if (!stopping.signal.aborted) say(`${part.name} did not start: ${startFailure(error)}`);
      }
    }
    return undefined;
  }

  async function afterRestart(running: R): Promise<void> {
    if (stopping.signal.aborted) return void (await running.stop(stopDeadlineMs));
    say(`${part.name} is back (pid ${running.pid}).`);
    await part.onReturn?.(running).catch((error: unknown) => say(startFailure(error)));
  }

  async function watchAndRestart(): Promise<void> {
    while (current !== undefined) {
      const running = current;
      const startedAt = Date.now();
      const end = await running.exited;
      current = undefined;
      if (stopping.signal.aborted) return;
      if (Date.now() - startedAt >= healthyAfterMs) pauseMs = firstPauseMs;
      const { pid } = running;
      say(`${part.name} (pid ${pid}) ended unexpectedly: ${describeEnd(end)}.${tail(running)}`);
      current = await restart();
      if (current) await afterRestart(current);
    }
  }

  return {
    name: part.name,
    async start() {
      starting = part.start(stopping.signal);
      current = await starting;
      watch = watchAndRestart();
      return current;
    },
    current: () => current,
    async stop() {
      stopping.abort();
      await starting?.catch(() => undefined);
      const end = await current?.stop(stopDeadlineMs);
      if (end?.signal === 'SIGKILL' && !killed)
        say(`${part.name} did not stop in time and was killed.`);
      await watch;
    },
    kill() {
      killed = true;
      stopping.abort();
      current?.kill('SIGKILL');
    },
  };
}

function tail(running: WatchedProcess): string {
  const lines = running.output().trim().split('\n').slice(-5);
  return lines[0] === '' ? '' : ` Its last lines:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
