import { requireJson } from '@chatlane/contracts';
import { EffectUndecidedError } from '../errors/errors.js';
import type { EffectHelp, EffectOptions, RunEffect } from './run-effect.js';
import type { TurnInfo } from './turn.js';

const choices = ['repeat', 'skip', 'ask'];

/**
 * Creates `ctx.effect` for one turn.
 *
 * @param botId part of the idempotency keys, so that two bots can use the same external system
 */
export function createEffect(turn: TurnInfo, botId: number): RunEffect {
  let used: Set<string> | undefined;

  return async function effect<T>(
    name: string,
    fn: (help: EffectHelp) => T | Promise<T>,
    options: EffectOptions,
  ): Promise<T> {
    used ??= new Set();
    check(name, options, used);
    used.add(name);
    turn.signal.throwIfAborted();
    const { journal, lane, eventId, signal } = turn;
    // The key does not contain the lane, which changes when a group becomes a supergroup.
    const help = { key: [botId, eventId ?? lane, name].join('/'), signal };
    if (!journal) return fn(help);

    const key = `effect:${name}`;
    const known = journal.recall(key);
    if (known.state === 'done') return known.result as T;
    if (known.state === 'unknown') {
      turn.count?.(`effect-unknown-${options.onUnknown}`);
      if (options.onUnknown === 'skip') return undefined as T;
      if (options.onUnknown === 'ask') throw new EffectUndecidedError(name);
    }
    const stored = journal.begin(key, `effect ${name}`);
    // With `repeat` the record of the intent decides nothing, so do not wait for it.
    if (options.onUnknown === 'repeat') stored.catch(() => undefined);
    else await stored;
    let result: T;
    try {
      result = await fn(help);
    } catch (error) {
      // An effect that our own signal stopped may have happened nevertheless.
      if (signal.aborted) journal.cutOff(key);
      else journal.undo(key);
      throw error;
    }
    try {
      if (result !== undefined) requireJson(`ctx.effect('${name}'): the result`, result);
    } catch (error) {
      journal.done(key, undefined);
      throw error;
    }
    journal.done(key, result);
    return result;
  };
}

function check(name: string, options: EffectOptions, used: ReadonlySet<string>): void {
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw new TypeError('ctx.effect: the name must be 1 to 64 letters, digits, _, . and -.');
  }
  if (!choices.includes((options as EffectOptions | undefined)?.onUnknown as string)) {
    throw new TypeError(`ctx.effect('${name}'): onUnknown must be one of ${choices.join(', ')}.`);
  }
  if (used.has(name)) throw new Error(`ctx.effect('${name}'): this turn has used the name before.`);
}
