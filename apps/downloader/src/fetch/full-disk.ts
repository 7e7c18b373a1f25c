import { RetryLater } from '@chatlane/contracts';

/** Freeing disk space takes at least this long. */
const FULL_DISK_MS = 60_000;
const fullDisk: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** Turns a full disk, which is not the download's fault, into a postponement. @returns other errors unchanged */
export function postponeWhenFull(error: unknown, onFull: () => void): unknown {
  const { code = '' } = (error ?? {}) as { code?: string };
  if (!fullDisk.has(code)) return error;
  onFull();
  return new RetryLater(FULL_DISK_MS);
}
