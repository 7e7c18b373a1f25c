import type { FinalOutcome } from './outcomes.js';

/** Is notified of what a runner does. All methods are optional, and none may throw. */
export interface BroadcastObserver {
  /** A recipient has its outcome. */
  outcome?(outcome: FinalOutcome): void;
  /** A runner took or gave back a broadcast. */
  run?(event: { id: number; event: 'taken' | 'released' | 'finished' | 'lost' }): void;
  /** A broadcast paused by itself because too many messages failed. */
  paused?(event: { id: number; why: string }): void;
  /** An error outside of sending. */
  trouble?(what: string, error: unknown): void;
}
