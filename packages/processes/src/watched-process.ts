import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** How a process ended. */
export interface ProcessEnd {
  /** The exit code; null when a signal ended the process. */
  code: number | null;
  /** The signal that ended the process; null when it exited. */
  signal: NodeJS.Signals | null;
}

/** A child process, running or ended. */
export interface WatchedProcess {
  /** The process id. */
  pid: number;
  /** The last 2,000 lines that it has written to stdout and stderr. */
  output(): string;
  /** Sends a signal to the process. Does nothing once it has ended. */
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the process has ended for any reason and its last line has been read. */
  exited: Promise<ProcessEnd>;
  /** Sends SIGTERM, and SIGKILL after `deadlineMs` (default 60,000). Resolves when the process has ended. */
  stop(deadlineMs?: number): Promise<ProcessEnd>;
}

const keptLines = 2_000;

/** Watches a child, whose stdout and stderr must be pipes. */
export function watchProcess(child: ChildProcess, onLine?: (line: string) => void): WatchedProcess {
  const lines: string[] = [];
  for (const input of [child.stdout!, child.stderr!]) {
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      onLine?.(line);
    });
  }
  // 'close' is emitted after the last line has been read; 'exit' may be emitted before.
  const exited = once(child, 'close').then(([code, signal]: unknown[]): ProcessEnd => {
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  return {
    pid: child.pid!,
    output: () => lines.join('\n'),
    kill: (signal) => void child.kill(signal),
    exited,
    async stop(deadlineMs = 60_000) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
      return exited.finally(() => clearTimeout(timer));
    },
  };
}

/** `exit code 1`, `killed by SIGKILL`. */
export function describeEnd({ code, signal }: ProcessEnd): string {
  return signal === null ? `exit code ${code}` : `killed by ${signal}`;
}
