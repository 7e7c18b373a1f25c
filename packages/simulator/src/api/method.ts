import type { Simulator } from '../simulator.js';
import type { Arguments } from './arguments.js';

/** One call to a Bot API method. */
export interface MethodCall {
  args: Arguments;
  /** Aborted when the caller disconnects. */
  signal: AbortSignal;
}

/** Runs a method. What it returns becomes `result`; see also `Described` and `RawResult`. @throws ApiError */
export type Method = (call: MethodCall) => unknown;

/** Methods by their Bot API names. */
export type Methods = Record<string, Method>;

/** A family of methods for one simulated bot. */
export type MethodFamily = (simulator: Simulator) => Methods;

/** A result with a `description` beside it in the answer. */
export class Described {
  constructor(
    readonly result: unknown,
    readonly description: string,
  ) {}
}

/** A result that is already JSON text. */
export class RawResult {
  constructor(readonly json: string) {}
}
