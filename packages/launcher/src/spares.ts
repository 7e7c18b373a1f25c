import type { ChildProcess } from 'node:child_process';

/** Processes that have loaded their code and wait for their start. */
export interface Spares {
  /** Takes a spare out; undefined if there is none. */
  take(): ChildProcess | undefined;
  /** Starts as many as are missing. */
  refill(): void;
  /** Ends those that were not used. */
  close(): void;
}

export function createSpares(spawn: () => ChildProcess, count: number): Spares {
  const waiting: ChildProcess[] = [];
  let closed = false;
  return {
    take: () => waiting.shift(),
    refill() {
      while (!closed && waiting.length < count) waiting.push(spawn());
    },
    close() {
      closed = true;
      for (const spare of waiting) spare.kill('SIGKILL');
    },
  };
}
