/**
 * The record of what a turn has done, as packages/lanes keeps it. It outlives the worker, so that a later attempt of
 * the turn knows what the earlier ones have done.
 */
export interface TurnJournal {
  recall(key: string):
    | { readonly state: 'new' }
    | { readonly state: 'done'; readonly result: unknown }
    /** Begun `times` times without learning its outcome; `lost` times because the answer was lost. */
    | { readonly state: 'unknown'; readonly times: number; readonly lost: number };
  /** Resolves when the record is stored; it is on its way when this returns. */
  begin(key: string, what: string): Promise<void>;
  done(key: string, result: unknown): void;
  /** The effect is known not to have happened. */
  undo(key: string): void;
  /** The answer was lost, so the outcome will not be learned. */
  lost(key: string): void;
  /** The turn was stopped in the middle of it. */
  cutOff(key: string): void;
}

/** A call that is recorded. */
export interface TrackedEffect {
  readonly key: string;
  /** The call may leave only once its intent is stored. */
  readonly mustBeRecordedFirst: boolean;
}
