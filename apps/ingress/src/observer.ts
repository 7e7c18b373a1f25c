import type { PushRefusal } from '@chatlane/lanes';

/** Which way an update came. */
export type Source = (typeof sources)[number];
export const sources = ['webhook', 'polling'] as const;

/** What became of a body that is safe in Redis now. */
export type Outcome = (typeof outcomes)[number];
export const outcomes = ['stored', 'duplicate', 'parked'] as const;

/** Why a body is not safe in Redis, and has to come again. */
export type NotStored = 'unavailable' | PushRefusal;
export const notStoredReasons = [
  'unavailable',
  'lane-full',
  'memory-full',
] as const satisfies NotStored[];

/** Why a webhook request, or a connection to the public port, was turned away. */
export type Refusal = (typeof refusals)[number];
export const refusals = [
  'wrong_secret',
  'wrong_method',
  'too_large',
  'unreadable',
  'too_many_connections',
] as const;

/** `waiting`: another process polls. `failing`: the last attempt failed, the next is to come. */
export type PollingState = 'waiting' | 'polling' | 'failing' | 'stopped';

/** Why `getUpdates` gave no updates. */
export type PollFailure = (typeof pollFailures)[number];
export const pollFailures = ['conflict', 'flood', 'token', 'answer', 'network', 'storage'] as const;

/**
 * What became of a request for a file. `cut`: the connection or the storage broke off. `missing`: deleted since.
 * `busy`: too many at once. `unavailable`: the storage did not answer.
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

/** Told of everything that happens in the ingress, so that nothing else knows logs and metrics. */
export interface IngressObserver {
  stored(source: Source, outcome: Outcome, durationMs: number): void;
  notStored(
    source: Source,
    reason: NotStored,
    about: { lane?: string | undefined; error?: unknown },
  ): void;
  /** Once a second: the share of its maxmemory that the fullest Redis node uses. */
  memory(share: number): void;
  refused(reason: Refusal): void;
  polling(state: PollingState): void;
  pollFailed(reason: PollFailure, error: Error, waitMs: number): void;
  /** Never with the link: whoever reads it can open the file. */
  fileLink(outcome: FileLinkOutcome, about?: { bytes?: number; error?: unknown }): void;
}
