import { RetryLater } from '@chatlane/contracts';

/** Nobody makes room faster. */
const FULL_DISK_MS = 60_000;
const fullDisk: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** A full disk is no fault of the download's: it is put off. @returns any other error as it is */
export function putOffWhenFull(error: unknown, onFull: () => void): unknown {
  const { code = '' } = (error ?? {}) as { code?: string };
  if (!fullDisk.has(code)) return error;
  onFull();
  return new RetryLater(FULL_DISK_MS);
}
