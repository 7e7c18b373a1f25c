import { readFileSync } from 'node:fs';

/** Looks at the most memory that processes ever had resident, as the kernel counts it (Linux). */
export function watchMemory(pids: () => readonly number[]): { stop(): number } {
  let peakBytes = 0;
  const look = (): void => {
    for (const pid of pids()) peakBytes = Math.max(peakBytes, peakOf(pid));
  };
  const timer = setInterval(look, 100);
  return {
    /** The peak of all of them, in bytes. */
    stop() {
      look();
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
    // It has ended since.
    return 0;
  }
}
