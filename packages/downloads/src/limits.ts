import type { MediaKind } from '@chatlane/contracts';

/** What may be had in a day (UTC). A limit left out does not exist. */
export interface DailyQuota {
  files?: number;
  bytes?: number;
}

/** How much is done at once, how often, and for how long it is kept. */
export interface DownloadLimits {
  /** Downloads at once in this process. Default 8. */
  concurrency: number;
  /** Downloads at once in all processes together; 0: no limit. Default 0. */
  botConcurrency: number;
  /** Downloads at once of one user; his others wait, and nobody else does; 0: no limit. Default 2. */
  userConcurrency: number;
  /** Tries of one download before it is given up as `unavailable`. Default 5. */
  attempts: number;
  /** Wait before the second try; doubles with every further one, 20 % to and fro. Default 2,000. */
  backOffMs: number;
  /** The longest such wait. Default 300,000. */
  maxBackOffMs: number;
  /** Processes that one download may take down with it before it is given up as `unavailable`. Default 20. */
  crashes: number;
  /** Inspections that the content of one download may stop, by its process's end or by a deadline. Default 2. */
  inspections: number;
  /** What one user may have in a day, counted once a request. Default: no limit. */
  userQuota: DailyQuota;
  /** What all users together may have in a day. Default: no limit. */
  botQuota: DailyQuota;
  /** How long nobody else touches the work of a process that was killed or froze. Default 30,000. */
  leaseMs: number;
  /** An album is complete when so long no further part of it was asked for. Default 2,000. */
  albumWaitMs: number;
  /** How long a stored file is kept, by its kind; a kind left out is kept for ever. Default: all for ever. */
  keepMs: Partial<Record<MediaKind, number>>;
  /** How long a download that was given up can be tried again. Default 14 days. */
  deadLettersMs: number;
  /** How often what is over is cleared away. Default 60,000. */
  janitorEveryMs: number;
}

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
