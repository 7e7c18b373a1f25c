import type { TrackedEffect, TurnJournal } from './journal/turn-journal.js';

/**
 * How urgent a call is, most urgent first. `reply`: to the turn's own chat. `notification`: to any other chat, or
 * outside of turns. `bulk`: one of many messages of a broadcast. `progress`: an edit that a later one replaces.
 */
export type Priority = (typeof priorities)[number];
export const priorities = ['reply', 'notification', 'bulk', 'progress'] as const;

/**
 * What happens when the outcome of a call is unknown, because its answer was lost. `at-least-once`: the call is
 * repeated once. `at-most-once`: it is never repeated. `untracked`: the call is not recorded in the turn's journal.
 */
export type Delivery = 'at-least-once' | 'at-most-once' | 'untracked';

/** What a caller of `callApi` may say about its call besides Telegraf's `signal`. */
export interface CallOptions {
  /** Default: `reply` for the turn's own chat, else `notification`. */
  readonly priority?: Priority | undefined;
  /** Default: by method. */
  readonly delivery?: Delivery | undefined;
  /**
   * Rejects also where a refusal means that nothing is left to be done, as for a query that is too old or was answered
   * before: for a caller that has to know whether the user saw something. Default: such a refusal counts as success.
   */
  readonly strict?: boolean | undefined;
}

/** One turn, as far as the road needs to know it. */
export interface ClientTurn {
  /** Fires when the turn is over: nothing is sent after it, and what is under way is aborted. */
  readonly signal: AbortSignal;
  /** Whether the lane's lease still lasts; asked right before a request leaves. */
  isHeld(): boolean;
  /** The lane's name, as `c:<chat>`, which says what the turn's own chat is. */
  readonly lane?: string;
  /** Stops the turn's time limit until the function that is returned is called; calls may overlap. */
  pauseClock?(): () => void;
  /** Absent: the calls of the turn are not recorded. */
  readonly journal?: TurnJournal;
}

/** One Bot API call on its way out. */
export interface ApiCall {
  readonly method: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly turn: ClientTurn;
  /** The turn's signal, joined with the caller's own where one was given. */
  readonly signal: AbortSignal;
  /** Milliseconds for which a request that has left may still be answered once the signal has fired. Default: none. */
  readonly graceMs?: number;
  readonly options: CallOptions;
  /** Set by the journal. */
  readonly effect?: TrackedEffect;
}

export type Send = (call: ApiCall) => Promise<unknown>;

/** A station of the road: looks at the call, and calls `next` as often as it sees fit. */
export type Interceptor = (call: ApiCall, next: Send) => Promise<unknown>;

/** Joins interceptors, the first outermost, in front of `transport`. */
export function chainInterceptors(interceptors: readonly Interceptor[], transport: Send): Send {
  return interceptors.reduceRight<Send>(
    (next, interceptor) => (call) => interceptor(call, next),
    transport,
  );
}
