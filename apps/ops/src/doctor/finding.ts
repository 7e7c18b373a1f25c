import type { RedisNode } from '../redis-nodes.js';
import type { LaneDiagnostics, LaneSummary } from '@chatlane/lanes';
import type { OpsConfig } from '../config.js';

/** The result of one check. */
export interface Finding {
  /** A stable name, for scripts. */
  check: string;
  state: 'ok' | 'note' | 'finding' | 'skipped';
  message: string;
  /** The remedy. */
  advice?: string;
}

/** The data that the checks examine. */
export interface Examined {
  config: OpsConfig;
  /** All masters. */
  redis: readonly RedisNode[];
  /** Numeric id of the bot that owns the deployment; undefined before a process has claimed it. */
  botId: string | undefined;
  /** Whether data of an older version has to be migrated, or was migrated in part. */
  upgrade: 'none' | 'needed' | 'unfinished';
  lanes: LaneDiagnostics;
  deadLetters: number;
  parked: number;
  deadDownloads: number;
  /** The outage of Telegram that workers reported; undefined when there is none. */
  outage: { sinceMs: number; why: string } | undefined;
  /** Resting and paused lanes, the first 1,000 of each. */
  resting: readonly LaneSummary[];
  paused: readonly LaneSummary[];
  /** Redis's clock, in milliseconds. */
  now: number;
  /** This machine's clock minus Redis's, and the uncertainty of the measurement, in milliseconds. */
  clock: { aheadMs: number; uncertainMs: number };
}

/** Everything is in order. */
export const ok = (check: string, message: string): Finding => ({ check, state: 'ok', message });

/** Worth knowing, but no action is needed. */
export const note = (check: string, message: string): Finding => ({
  check,
  state: 'note',
  message,
});

/** The check could not be made. */
export const skipped = (check: string, message: string): Finding => ({
  check,
  state: 'skipped',
  message,
});

/** A problem and its remedy. */
export const finding = (check: string, message: string, advice: string): Finding => ({
  check,
  state: 'finding',
  message,
  advice,
});
