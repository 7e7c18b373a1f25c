/**
 * The record of a turn's effects, implemented by packages/lanes. It survives the worker's death, so that a later
 * attempt of the turn knows what the earlier ones did.
 */
export interface TurnJournal {
  /** What the record says about an effect. */
  recall(key: string):
    | { readonly state: 'new' }
    | { readonly state: 'done'; readonly result: unknown }
    /** Begun `times` times without a known outcome, `lost` of them because the response was lost. */
    | { readonly state: 'unknown'; readonly times: number; readonly lost: number };
  /** Records an intent. The write is sent before this returns; the promise resolves once it is stored. */
  begin(key: string, what: string): Promise<void>;
  /** The effect happened, with this result. */
  done(key: string, result: unknown): void;
  /** The effect is known not to have happened. */
  undo(key: string): void;
  /** The response was lost, so the outcome will never be known. */
  lost(key: string): void;
  /** The turn was stopped before the outcome was known. */
  cutOff(key: string): void;
}

/** How a call is recorded in the journal. */
export interface TrackedEffect {
  readonly key: string;
  /** Whether the intent must be stored before the call is sent. */
  readonly mustBeRecordedFirst: boolean;
}
