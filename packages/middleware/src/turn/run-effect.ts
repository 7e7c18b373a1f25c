/** What a function that `ctx.effect` runs is given. */
export interface EffectHelp {
  /**
   * The same on every attempt of this update and on no other: hand it to the other side as its idempotency key, so that
   * it can tell a repetition.
   */
  key: string;
  /** Fires when the turn is over. */
  signal: AbortSignal;
}

export interface EffectOptions {
  /**
   * What to do when an earlier attempt began the effect and its outcome is not known, because the worker died in the
   * middle of it. `repeat`: do it again. `skip`: go on without it; `ctx.effect` resolves to undefined. `ask`: pause the chat until
   * an operator decides with `chatlane-ops effects`. There is no default: only the author knows what a repetition costs.
   */
  onUnknown: 'repeat' | 'skip' | 'ask';
}

/** Runs a side effect that is not a call to the Bot API, such as a payment or a mail, once per update. */
export interface RunEffect {
  /**
   * Runs `fn`, and records its result. When the update is handled again, the recorded result is answered and `fn` is not run.
   * A throw of `fn` says that the effect has not happened: it is passed on, and a later attempt runs `fn` again. If the
   * turn's signal has fired by then, the outcome counts as unknown instead.
   *
   * @param name of 1 to 64 letters, digits, `_`, `.` and `-`; once per turn
   * @param fn its result must be JSON, or undefined
   * @throws TypeError for a faulty name or `onUnknown`, Error for a name that the turn has used before, NotJsonError when the
   * result is not JSON, EffectUndecidedError with `ask`, and whatever `fn` throws
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
