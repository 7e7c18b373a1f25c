import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** How a process ended. */
export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process of ours that is, or was, running. */
export interface WatchedProcess {
  pid: number;
  /** What it has written to stdout and stderr so far; the last 2,000 lines. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the process is gone and its last line was read, whatever the reason. */
  exited: Promise<ProcessEnd>;
  /** SIGTERM; SIGKILL after `deadlineMs` (default 60,000). Resolves when the process is gone. */
  stop(deadlineMs?: number): Promise<ProcessEnd>;
}

const keptLines = 2_000;

/** Reads a child's output (stdout and stderr must be pipes) and knows how to end it. */
export function watchProcess(child: ChildProcess, onLine?: (line: string) => void): WatchedProcess {
  const lines: string[] = [];
  for (const input of [child.stdout!, child.stderr!]) {
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      onLine?.(line);
    });
  }
  // 'close' comes after the last line was read, 'exit' may come before.
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
