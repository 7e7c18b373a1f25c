import { setTimeout as sleep } from 'node:timers/promises';
import { processorMs } from './processor-time.js';

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
