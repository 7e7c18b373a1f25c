import type { TrackedEffect, TurnJournal } from './journal/turn-journal.js';

/**
 * How urgent a call is, most urgent first. `reply`: to the turn's own chat. `notification`: to another chat, or outside
 * turns. `bulk`: one of many messages in a broadcast. `progress`: an edit that a later one will replace.
 */
export type Priority = (typeof priorities)[number];
export const priorities = ['reply', 'notification', 'bulk', 'progress'] as const;

/**
 * What happens when the outcome of a call is unknown because its response was lost. `at-least-once`: the call is
 * repeated once. `at-most-once`: it is never repeated. `untracked`: the call is not recorded in the turn's journal.
 */
export type Delivery = 'at-least-once' | 'at-most-once' | 'untracked';

/** Options of `callApi` besides Telegraf's `signal`. */
export interface CallOptions {
  /** Default: `reply` for the turn's own chat, otherwise `notification`. */
  readonly priority?: Priority | undefined;
  /** Default: depends on the method; see `deliveryOf`. */
  readonly delivery?: Delivery | undefined;
  /**
   * Also rejects on benign errors, such as an answer to a query that is too old: for callers that must know whether the
   * user saw the result. Default: false, benign errors count as success.
   */
  readonly strict?: boolean | undefined;
}

/** What the client needs to know about a turn. */
export interface ClientTurn {
  /** Fires when the turn is over: pending requests are aborted and nothing more is sent. */
  readonly signal: AbortSignal;
  /** Whether the worker still holds the lane's lease; called right before each request is sent. */
  isHeld(): boolean;
  /** The lane's name, such as `c:<chat>`, from which the turn's own chat is derived. */
  readonly lane?: string;
  /** Pauses the turn's time limit until the returned function is called; pauses may overlap. */
  pauseClock?(): () => void;
  /** Default: the turn's calls are not recorded. */
  readonly journal?: TurnJournal;
}

/** A Bot API call on its way through the interceptors. */
export interface ApiCall {
  readonly method: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly turn: ClientTurn;
  /** The turn's signal, combined with the caller's signal if there is one. */
  readonly signal: AbortSignal;
  /** Milliseconds that a sent request may still wait for its response after the signal has fired. Default: 0. */
  readonly graceMs?: number;
  readonly options: CallOptions;
  /** Set by the journal. */
  readonly effect?: TrackedEffect;
  /**
   * Whether the request must not reuse a connection. Set for a repetition after a lost response: if the process stood
   * still, or the network forgot its connections, all those in the pool are dead.
   */
  readonly needsNewConnection?: boolean;
}

/** Sends a call, and resolves to its result. */
export type Send = (call: ApiCall) => Promise<unknown>;

/** Wraps a call: calls `next` zero, one or several times, and may change the call, its result or its error. */
export type Interceptor = (call: ApiCall, next: Send) => Promise<unknown>;

/** Composes the interceptors, the first one outermost, around `transport`. */
export function chainInterceptors(interceptors: readonly Interceptor[], transport: Send): Send {
  return interceptors.reduceRight<Send>(
    (next, interceptor) => (call) => interceptor(call, next),
    transport,
  );
}
