import { fileKeys, type FileKeys } from './keys.js';
import { defaultLimits, type DailyQuota, type DownloadLimits } from './limits.js';
import type { DownloaderOptions } from './options.js';
import type { FileQueues } from './queues.js';

/** What the parts of a downloader share. */
export interface Context extends Omit<DownloaderOptions, 'limits'> {
  keys: FileKeys;
  queues: FileQueues;
  limits: DownloadLimits;
  readonly trouble: (what: string, error: unknown) => void;
}

export function createContext(options: DownloaderOptions, queues: FileQueues): Context {
  return {
    ...options,
    keys: fileKeys(options.name),
    queues,
    limits: { ...defaultLimits, ...options.limits },
    trouble: (what, error) => options.observer?.trouble?.(what, error),
  };
}

/** The quotas as script arguments: user's files, user's bytes, bot's files, bot's bytes; -1 for none. */
export function quotaArgs({ userQuota, botQuota }: DownloadLimits): number[] {
  return [userQuota, botQuota].flatMap(({ files = -1, bytes = -1 }: DailyQuota) => [files, bytes]);
}

/** The maximum size of a file in bytes. A larger file would exceed a daily quota by itself. */
export function mostOfQuotas({ userQuota, botQuota }: DownloadLimits): number {
  return Math.min(userQuota.bytes ?? Infinity, botQuota.bytes ?? Infinity);
}
