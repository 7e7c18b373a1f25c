/** One turn, as far as the road needs to know it. */
export interface RoadTurn {
  /** Fires when the turn is over: nothing is sent after it, and what is under way is aborted. */
  readonly signal: AbortSignal;
  /** Whether the lane's lease still lasts; asked right before a request leaves. */
  isHeld(): boolean;
}

/** One Bot API call on its way out. */
export interface ApiCall {
  readonly method: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly turn: RoadTurn;
  /** The turn's signal, joined with the caller's own where one was given. */
  readonly signal: AbortSignal;
}

export type Send = (call: ApiCall) => Promise<unknown>;

/** A station of the road: looks at the call, and calls `next` as often as it sees fit. */
export type Link = (call: ApiCall, next: Send) => Promise<unknown>;

/** Joins links, the first outermost, in front of `transport`. */
export function chain(links: readonly Link[], transport: Send): Send {
  return links.reduceRight<Send>((next, link) => (call) => link(call, next), transport);
}
