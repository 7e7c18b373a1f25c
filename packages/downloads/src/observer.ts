import { fileFailureReasons, type MediaKind } from '@chatlane/contracts';

/**
 * The outcome of a request. `stored`: the file was fetched and stored. `known`: it was already stored. `forgotten`: its
 * user has asked to forget it.
 */
export type DownloadOutcome = (typeof downloadOutcomes)[number];
export const downloadOutcomes = ['stored', 'known', 'forgotten', ...fileFailureReasons] as const;

/** Why an attempt ended without a result. */
export type PutOffCause = (typeof putOffCauses)[number];
export const putOffCauses = [
  'failed',
  'later',
  'handed-back',
  'lost',
  'user-busy',
  'same-file',
] as const;

/** Callbacks for monitoring. All methods are optional; none may throw. */
export interface DownloadObserver {
  /** An attempt has started. `waitedMs`: the time since the request. */
  started?(kind: MediaKind, waitedMs: number): void;
  /** A request has its result. `bytes`: the size of the stored file, or 0; `tookMs`: the time since the request. */
  ended?(kind: MediaKind, outcome: DownloadOutcome, bytes: number, tookMs: number): void;
  /** A fetch was successful. */
  fetched?(kind: MediaKind, bytes: number, tookMs: number): void;
  /** An attempt ended and will be retried; `error` is the cause, if there is one. */
  putOff?(kind: MediaKind, cause: PutOffCause, error?: unknown): void;
  /** An event was sent to its lane. */
  notified?(kind: string): void;
  /** Files of users were removed. */
  removed?(cause: 'expired' | 'forgotten', files: number): void;
  /** An operation outside of a fetch failed and will be retried. */
  trouble?(what: string, error: unknown): void;
}
