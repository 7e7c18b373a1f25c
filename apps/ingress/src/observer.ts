import type { PushRefusal } from '@chatlane/lanes';

/** Which way an update came. */
export type Source = 'webhook' | 'polling';

/** What became of a body that is safe in Redis now. */
export type Outcome = 'stored' | 'duplicate' | 'parked';

/** Why a body is not safe in Redis, and has to come again. */
export type NotStored = 'unavailable' | PushRefusal;

/** Why a webhook request, or a connection to the public port, was turned away. */
export type Refusal =
  'wrong_secret' | 'wrong_method' | 'too_large' | 'unreadable' | 'too_many_connections';

/** `waiting`: another process polls. `failing`: the last attempt failed, the next is to come. */
export type PollingState = 'waiting' | 'polling' | 'failing' | 'stopped';

/** Why `getUpdates` gave no updates. */
export type PollFailure = 'conflict' | 'flood' | 'token' | 'answer' | 'network' | 'storage';

/**
 * What became of a request for a file. `cut`: the connection or the storage broke off. `missing`: deleted since.
 * `busy`: too many at once. `unavailable`: the storage did not answer.
 */
export type FileLinkOutcome =
  'sent' | 'redirected' | 'cut' | 'expired' | 'forged' | 'missing' | 'busy' | 'unavailable';

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
