import type { DownloadLimits } from './limits.js';

/** Fails a job for good: BullMQ keeps it for an operator. */
export class DownloadUnavailable extends Error {
  override readonly name = 'DownloadUnavailable';
}

/** An error's name and code, which an operator may see. Its message and stack may contain links and names. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const { code } = error as Error & { code?: unknown };
  const known = typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? ` ${code}` : '';
  return `${error.name}${known}`;
}

/** The delay after the n-th counted attempt, in milliseconds: doubles up to a maximum, with 20 % jitter. */
export function backOff(
  tries: number,
  { backOffMs, maxBackOffMs }: Pick<DownloadLimits, 'backOffMs' | 'maxBackOffMs'>,
): number {
  const wait = Math.min(backOffMs * 2 ** (tries - 1), maxBackOffMs);
  return Math.round(wait * (0.8 + 0.4 * Math.random()));
}
