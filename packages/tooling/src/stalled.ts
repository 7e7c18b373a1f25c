import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A silent process that uses less of a processor than this only waits. */
const IDLE_SHARE = 1 / 240;
const LOOKS = 10;

/** A process of which progress is expected. */
export interface Subject {
  pid: number;
  /** How many lines it has written so far. */
  written(): number;
}

/**
 * Resolves once a process has made no progress for `stallMs`: it wrote nothing and left the processor alone. One that
 * is merely slow, because the machine is busy, still uses what it gets. Never resolves after `signal` has fired, nor
 * where the system does not say how much processor time a process has used.
 */
export async function untilStalled(
  subject: Subject,
  stallMs: number,
  signal: AbortSignal,
): Promise<void> {
  let written = 0;
  let usedMs = 0;
  // Counted in looks, not by the clock: this process may have been suspended together with the other one.
  for (let quietLooks = 0; quietLooks < LOOKS; quietLooks += 1) {
    await sleep(stallMs / LOOKS, undefined, { signal, ref: false }).catch(() => undefined);
    const nowMs = await processorMs(subject.pid);
    if (signal.aborted || nowMs === undefined) return new Promise(() => undefined);
    if (subject.written() === written && nowMs - usedMs < stallMs * IDLE_SHARE) continue;
    written = subject.written();
    usedMs = nowMs;
    quietLooks = -1;
  }
}

/** Milliseconds of processor time that a process has used; undefined when the system does not say. */
async function processorMs(pid: number): Promise<number | undefined> {
  try {
    if (existsSync('/proc/self/stat')) {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      // The second field, a name in brackets, may hold spaces. Linux counts in hundredths of a second.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) * 10;
    }
    const { stdout } = await promisify(execFile)('ps', ['-o', 'time=', '-p', String(pid)]);
    const [seconds = NaN, minutes = 0, hours = 0] = stdout.trim().split(':').map(Number).reverse();
    return ((hours * 60 + minutes) * 60 + seconds) * 1_000;
  } catch {
    return undefined;
  }
}
