import { readFileSync } from 'node:fs';

/** Tracks the peak resident memory of processes, as counted by the kernel (Linux). */
export function watchMemory(pids: () => readonly number[]): { stop(): number } {
  let peakBytes = 0;
  const measure = (): void => {
    for (const pid of pids()) peakBytes = Math.max(peakBytes, peakOf(pid));
  };
  const timer = setInterval(measure, 100);
  return {
    /** The highest peak of any of them, in bytes. */
    stop() {
      measure();
      clearInterval(timer);
      return peakBytes;
    },
  };
}

function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    // The process has already exited.
    return 0;
  }
}
