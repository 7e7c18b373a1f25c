/** The argument of a function that `ctx.effect` runs. */
export interface EffectHelp {
  /**
   * An idempotency key: the same on every attempt of this update, and different for every other update. Pass it to the
   * other system, so that it recognizes a repetition.
   */
  key: string;
  /** Fires when the turn is over. */
  signal: AbortSignal;
}

/** Options of `ctx.effect`. */
export interface EffectOptions {
  /**
   * What to do when an earlier attempt began the effect and its outcome is unknown, because the worker died in the
   * middle of it. `repeat`: run it again. `skip`: go on without it; `ctx.effect` resolves to undefined. `ask`: pause
   * the chat until an operator decides with `chatlane-ops effects`. There is no default, because only the author knows
   * what a repetition costs.
   */
  onUnknown: 'repeat' | 'skip' | 'ask';
}

/** Runs a side effect that is not a call to the Bot API, such as a payment or an email, once per update. */
export interface RunEffect {
  /**
   * Runs `fn` and records its result. When the update is handled again, the recorded result is returned and `fn` is not
   * run. If `fn` throws, the effect counts as not having happened: the error is rethrown, and a later attempt runs `fn`
   * again. If the turn's signal had fired by then, the outcome counts as unknown instead.
   *
   * @param name 1 to 64 letters, digits, `_`, `.` and `-`; unique within the turn
   * @param fn its result must be JSON, or undefined
   * @throws TypeError for an invalid name or `onUnknown`
   * @throws Error for a name that the turn has used before
   * @throws NotJsonError when the result is not JSON
   * @throws EffectUndecidedError with `ask`, when the outcome of an earlier attempt is unknown
   * @example
   * const { id } = await ctx.effect('charge', ({ key }) => bank.charge(order, { idempotencyKey: key }), {
   *   onUnknown: 'ask',
   * });
   */
  <T>(
    name: string,
    fn: (help: EffectHelp) => T | Promise<T>,
    options: { onUnknown: 'repeat' | 'ask' },
  ): Promise<T>;
  <T>(
    name: string,
    fn: (help: EffectHelp) => T | Promise<T>,
    options: EffectOptions,
  ): Promise<T | undefined>;
}
