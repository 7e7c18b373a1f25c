/** What earlier attempts at the same event have recorded about an effect. */
export type Recalled =
  | { state: 'new' }
  | { state: 'done'; result: unknown }
  /**
   * It was begun `times` times and its outcome is unknown each time: `lost` times because the answer was lost,
   * otherwise because the worker died or was stopped in the middle.
   */
  | { state: 'unknown'; times: number; lost: number };

/**
 * Records what a turn has done to the outside world, so that a later attempt at the same event does not do it again. An
 * effect is identified by a key that is the same in every attempt. The journal outlives the worker, and the commit
 * deletes it.
 */
export interface EffectJournal {
  /** What earlier attempts, or this one, have recorded under this key. */
  recall(key: string): Recalled;
  /**
   * Records that the effect is about to happen. When this returns, the record is on its way to Redis, ahead of
   * everything the worker sends later. The promise resolves once Redis has it, and rejects if Redis refuses it.
   *
   * @param what describes the effect to operators; must not contain anything a user wrote
   * @throws Error when the turn is over
   */
  begin(key: string, what: string): Promise<void>;
  /** The effect last begun under this key has happened. `result` must be JSON; later attempts get it back. */
  done(key: string, result: unknown): void;
  /** The effect is known not to have happened. */
  undo(key: string): void;
  /** The answer was lost, so the outcome will stay unknown. */
  lost(key: string): void;
  /** The turn was stopped in the middle of the effect, so the outcome will stay unknown. */
  cutOff(key: string): void;
}
