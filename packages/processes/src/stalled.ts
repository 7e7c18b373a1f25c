import { setTimeout as sleep } from 'node:timers/promises';
import { processorMs } from './processor-time.js';

/** A silent process that uses less than this share of a processor counts as waiting. */
const IDLE_SHARE = 1 / 240;
const CHECKS = 10;

/** A process that should make progress. */
export interface Subject {
  pid: number;
  /** The number of lines it has written. */
  written(): number;
}

/**
 * Resolves once a process has made no progress for `stallMs`, that is, has neither written a line nor used the processor. A
 * process that is slow because the machine is busy still uses its share. Never resolves after `signal` is aborted, or
 * where the system does not report processor time.
 */
export async function untilStalled(
  subject: Subject,
  stallMs: number,
  signal: AbortSignal,
): Promise<void> {
  let written = 0;
  let usedMs = 0;
  // Counts checks instead of reading the clock, because this process may have been suspended together with the other one.
  for (let quietChecks = 0; quietChecks < CHECKS; quietChecks += 1) {
    await sleep(stallMs / CHECKS, undefined, { signal, ref: false }).catch(() => undefined);
    const nowMs = await processorMs(subject.pid);
    if (signal.aborted || nowMs === undefined) return new Promise(() => undefined);
    if (subject.written() === written && nowMs - usedMs < stallMs * IDLE_SHARE) continue;
    written = subject.written();
    usedMs = nowMs;
    quietChecks = -1;
  }
}
