import type { MediaKind } from '@chatlane/contracts';

/** A quota per day (UTC). An absent limit means unlimited. */
export interface DailyQuota {
  /** Number of files. */
  files?: number;
  /** Sum of the files' sizes, in bytes. */
  bytes?: number;
}

/** Limits on concurrency, retries and retention. Durations are in milliseconds. */
export interface DownloadLimits {
  /** Concurrent downloads in this process. Default 8. */
  concurrency: number;
  /** Concurrent downloads in all processes together; 0 for no limit. Default 0. */
  botConcurrency: number;
  /** Concurrent downloads of one user; further ones wait without delaying other users; 0 for no limit. Default 2. */
  userConcurrency: number;
  /** Attempts before a download fails as `unavailable`. Default 5. */
  attempts: number;
  /** Delay before the second attempt; doubles with each further one, with 20 % jitter. Default 2,000. */
  backOffMs: number;
  /** The maximum delay. Default 300,000. */
  maxBackOffMs: number;
  /** How many processes may die during a download before it fails as `unavailable`. Default 20. */
  crashes: number;
  /** How often the content of a download may stop an inspection, by a crash or a timeout. Default 2. */
  inspections: number;
  /** The daily quota of one user, charged once per request. Default: unlimited. */
  userQuota: DailyQuota;
  /** The daily quota of all users together. Default: unlimited. */
  botQuota: DailyQuota;
  /** How long the work of a killed or frozen process is left alone. Default 30,000. */
  leaseMs: number;
  /** An album is complete when no part was added for this long. Default 2,000. */
  albumWaitMs: number;
  /** How long stored files are kept, by kind; forever for kinds that are absent. Default: all forever. */
  keepMs: Partial<Record<MediaKind, number>>;
  /** How long a failed download can be retried. Default 14 days. */
  deadLettersMs: number;
  /** How often the janitor runs. Default 60,000. */
  janitorEveryMs: number;
}

/** The defaults of all limits. */
export const defaultLimits: DownloadLimits = {
  concurrency: 8,
  botConcurrency: 0,
  userConcurrency: 2,
  attempts: 5,
  backOffMs: 2_000,
  maxBackOffMs: 300_000,
  crashes: 20,
  inspections: 2,
  userQuota: {},
  botQuota: {},
  leaseMs: 30_000,
  albumWaitMs: 2_000,
  keepMs: {},
  deadLettersMs: 14 * 86_400_000,
  janitorEveryMs: 60_000,
};
