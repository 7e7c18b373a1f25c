import { fileFailureReasons, type MediaKind } from '@chatlane/contracts';

/** How a request ended. `stored`: fetched and stored; `known`: it was stored already; `forgotten`: its user asked for that. */
export type DownloadOutcome = (typeof downloadOutcomes)[number];
export const downloadOutcomes = ['stored', 'known', 'forgotten', ...fileFailureReasons] as const;

/** Why a try ended without a result. */
export type PutOffCause = (typeof putOffCauses)[number];
export const putOffCauses = [
  'failed',
  'later',
  'handed-back',
  'lost',
  'user-busy',
  'same-file',
] as const;

/** What downloading tells. Every method is optional; none may throw. */
export interface DownloadObserver {
  /** `waitedMs`: from the request to the start of this try. */
  started?(kind: MediaKind, waitedMs: number): void;
  /** `bytes`: of the stored file, 0 without one; `tookMs`: from the request to its result. */
  ended?(kind: MediaKind, outcome: DownloadOutcome, bytes: number, tookMs: number): void;
  /** The fetch alone, when it brought a file. */
  fetched?(kind: MediaKind, bytes: number, tookMs: number): void;
  /** Tried again later; `error` is what the try ended with, if with one. */
  putOff?(kind: MediaKind, cause: PutOffCause, error?: unknown): void;
  /** An event went into its lane. */
  told?(kind: string): void;
  /** Files of users that are no more, and why. */
  removed?(cause: 'expired' | 'forgotten', files: number): void;
  /** Something went wrong outside of a fetch; it is done again by itself. */
  trouble?(what: string, error: unknown): void;
}
