import type { Simulator } from '../simulator.js';
import type { Arguments } from './arguments.js';

/** One call to a Bot API method. */
export interface MethodCall {
  args: Arguments;
  /** Fires when the caller has gone. */
  signal: AbortSignal;
}

/** Does what the method does. The result becomes `result`; see also `described` and `rawResult`. @throws ApiError */
export type Method = (call: MethodCall) => unknown;

/** Methods by their Bot API names. */
export type Methods = Record<string, Method>;

/** A family of methods for one simulated bot. */
export type MethodFamily = (simulator: Simulator) => Methods;

/** A result with a `description` beside it. */
export class Described {
  constructor(
    readonly result: unknown,
    readonly description: string,
  ) {}
}

/** A result that is JSON text already. */
export class RawResult {
  constructor(readonly json: string) {}
}
