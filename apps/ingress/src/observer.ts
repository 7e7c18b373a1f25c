import type { PushRefusal } from '@chatlane/lanes';

/** How a body was received; `events`: it is an event from another program. */
export type Source = (typeof sources)[number];
export const sources = ['webhook', 'polling', 'events'] as const;

/** The outcome for a body that is stored in Redis. */
export type Outcome = (typeof outcomes)[number];
export const outcomes = ['stored', 'duplicate', 'parked'] as const;

/** Why a body was not stored and must be sent again. */
export type NotStored = 'unavailable' | PushRefusal;
export const notStoredReasons = [
  'unavailable',
  'lane-full',
  'memory-full',
] as const satisfies NotStored[];

/** Why a request to the webhook or to `/events`, or a connection to the public port, was rejected. */
export type Refusal = (typeof refusals)[number];
export const refusals = [
  'wrong_secret',
  'wrong_method',
  'too_large',
  'unreadable',
  'invalid_event',
  'too_many_connections',
] as const;

/** `waiting`: another process polls. `failing`: the last poll failed and will be retried. */
export type PollingState = 'waiting' | 'polling' | 'failing' | 'stopped';

/** Why a poll failed. */
export type PollFailure = (typeof pollFailures)[number];
export const pollFailures = ['conflict', 'flood', 'token', 'answer', 'network', 'storage'] as const;

/**
 * The outcome of a request for a file. `cut`: the client or the storage disconnected. `missing`: the file was deleted.
 * `busy`: too many concurrent downloads. `unavailable`: the storage did not respond.
 */
export type FileLinkOutcome = (typeof fileLinkOutcomes)[number];
export const fileLinkOutcomes = [
  'sent',
  'redirected',
  'cut',
  'expired',
  'forged',
  'missing',
  'busy',
  'unavailable',
] as const;

/** Notified of everything that happens in the ingress, so that no other code depends on logs and metrics. */
export interface IngressObserver {
  /** A body was stored; `durationMs` is the time from reading it to the confirmation by Redis. */
  stored(source: Source, outcome: Outcome, durationMs: number): void;
  /** A body was not stored, so Telegram must send it again. */
  notStored(
    source: Source,
    reason: NotStored,
    about: { lane?: string | undefined; error?: unknown },
  ): void;
  /** Once per second: the share of maxmemory used on the fullest Redis node. */
  memory(share: number): void;
  /** A request or a connection was rejected. */
  refused(reason: Refusal): void;
  /** Polling changed its state. */
  polling(state: PollingState): void;
  /** A poll failed; the next one follows in `waitMs` milliseconds. */
  pollFailed(reason: PollFailure, error: Error, waitMs: number): void;
  /** A file was requested. The link is never passed on, because everyone who sees it can open the file. */
  fileLink(outcome: FileLinkOutcome, about?: { bytes?: number; error?: unknown }): void;
}
