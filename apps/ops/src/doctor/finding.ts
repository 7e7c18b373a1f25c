import type { RedisNode } from '../redis-nodes.js';
import type { LaneCheckUp, LaneSummary } from '@chatlane/lanes';
import type { OpsConfig } from '../config.js';

/** What one check found. */
export interface Finding {
  /** Stable name of the check, for scripts. */
  check: string;
  state: 'ok' | 'note' | 'finding' | 'skipped';
  message: string;
  /** What to do about it. */
  advice?: string;
}

/** What the checks look at. */
export interface Examined {
  config: OpsConfig;
  /** The masters. */
  redis: readonly RedisNode[];
  /** Numeric id of the bot that the deployment belongs to; undefined: no process has claimed it yet. */
  botId: string | undefined;
  /** Whether the data has to be carried over from an older version, or was in part. */
  upgrade: 'none' | 'needed' | 'unfinished';
  lanes: LaneCheckUp;
  deadLetters: number;
  parked: number;
  deadDownloads: number;
  /** The outage of Telegram that the workers have shared; undefined: they reach it. */
  outage: { sinceMs: number; why: string } | undefined;
  /** Lanes at rest, and paused ones; of each state the first 1,000. */
  resting: readonly LaneSummary[];
  paused: readonly LaneSummary[];
  /** Redis's clock, in milliseconds. */
  now: number;
  /** This machine's clock less Redis's, and how far off that may be; in milliseconds. */
  clock: { aheadMs: number; uncertainMs: number };
}

export const ok = (check: string, message: string): Finding => ({ check, state: 'ok', message });

/** Good to know; nothing need be done. */
export const note = (check: string, message: string): Finding => ({
  check,
  state: 'note',
  message,
});

export const skipped = (check: string, message: string): Finding => ({
  check,
  state: 'skipped',
  message,
});

export const finding = (check: string, message: string, advice: string): Finding => ({
  check,
  state: 'finding',
  message,
  advice,
});
