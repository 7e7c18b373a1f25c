import type { DownloadLimits } from './limits.js';

/** Lets a job fail for good: BullMQ keeps it, whole, for an operator. */
export class DownloadUnavailable extends Error {
  override readonly name = 'DownloadUnavailable';
}

/** What may be said of an error where operators read it: neither its message nor its stack, which can hold links and names. */
export function sayError(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const { code } = error as Error & { code?: unknown };
  const known = typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code) ? ` ${code}` : '';
  return `${error.name}${known}`;
}

/** The wait after the n-th counted try: doubles, up to a ceiling, 20 % to and fro. */
export function backOff(
  tries: number,
  { backOffMs, maxBackOffMs }: Pick<DownloadLimits, 'backOffMs' | 'maxBackOffMs'>,
): number {
  const wait = Math.min(backOffMs * 2 ** (tries - 1), maxBackOffMs);
  return Math.round(wait * (0.8 + 0.4 * Math.random()));
}
