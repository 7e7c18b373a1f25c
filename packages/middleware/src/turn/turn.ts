import type { Context } from 'telegraf';
import type { Counted } from './counted.js';
import type { RunEffect } from './run-effect.js';
import type { SendEvents } from './send-events.js';

/** Reads and stages the sessions of a turn. Nothing is written before the lane's commit. */
export interface TurnSessions {
  /** Returns the JSON stored under `key`, or undefined. Reading the turn's own key costs no round trip. */
  get(key: string): Promise<string | undefined>;
  /**
   * Adds a write to the lane's next commit; undefined deletes the session. The last call for a key wins. If the turn
   * fails nothing is written. `ttlSeconds` counts from the commit. Default: the deployment's time to live.
   */
  stage(key: string, json: string | undefined, ttlSeconds?: number): void;
  /**
   * The deployment's time to live in seconds, extended by each use of a session. Absent or 0: sessions never expire.
   */
  readonly ttlSeconds?: number;
}

/** Messages from a turn to other parts of the deployment, delivered if and only if the turn commits. */
export interface TurnOutbox {
  /**
   * Adds an entry to the lane's next commit; if the turn fails it is dropped. Returns the entry's id, which consists of
   * letters, digits and `._-`, and is the same on every attempt of the turn; `json` may be a function that needs it. An
   * entry is delivered at least once, so the receiver must deduplicate by the id.
   *
   * @throws Error when the worker has no deliverer, and after the turn has ended
   */
  stage(kind: string, json: string | ((id: string) => string)): string;
}

/** The record of a turn's effects, which later attempts of the turn read. */
export interface TurnJournal {
  /**
   * What earlier attempts recorded. `unknown`: the effect was begun, `times` times, and its outcome was never recorded.
   */
  recall(
    key: string,
  ): { state: 'new' } | { state: 'done'; result: unknown } | { state: 'unknown'; times: number };
  /** Records that the effect begins. The write is sent at once; resolves when it is stored. */
  begin(key: string, what: string): Promise<void>;
  /** Records the effect's result. */
  done(key: string, result: unknown): void;
  /** Records that the effect is known not to have happened. */
  undo(key: string): void;
  /** Records that the turn was stopped in the middle of the effect. */
  cutOff(key: string): void;
}

/** What happens to the event if its turn fails. */
export interface TurnFate {
  /** Whether the event is given up if the turn fails with this error. */
  isGivenUpAfter(error: unknown): boolean;
  /** The user was notified of the event's failure, in this attempt or an earlier one. */
  readonly isUserNotified: boolean;
  /** Sets `isUserNotified`, also for later attempts. */
  userNotified(): void;
}

/** Which session versions the code of each live worker knows. */
export interface TurnSessionVersions {
  /** Declares that this worker's code knows the session of `property` up to `version`. Repeated calls cost nothing. */
  declare(property: string, version: number): void;
  /** Whether the code of a live worker knows this version of the session, or a later one. */
  isAlive(property: string, version: number): Promise<boolean>;
}

/** What the worker provides to the bot in a turn, the handling of one event of one lane. */
export interface TurnInfo {
  /** The deployment's name, which becomes part of session keys in a database. Absent: keys do not contain it. */
  deployment?: string;
  /** The lane of the event, for example `c:42`: the events of a lane are handled in order. */
  lane: string;
  /** The event's id within its lane, the same on every attempt. Absent: unknown. */
  eventId?: string;
  /** Starts at 1. A crash of the worker counts as an attempt, a wait that Telegram asked for does not. */
  attempt: number;
  /** The event was handled before, whether or not that counted as an attempt. Default: `attempt` is more than 1. */
  isRepeat?: boolean;
  /** The event is given up if this attempt fails. Absent: unknown. */
  lastAttempt?: boolean;
  /** Milliseconds from the event's arrival to the start of this attempt. Absent: unknown. */
  waitedMs?: number;
  /** What happens to the event if this attempt fails. Absent: unknown. */
  fate?: TurnFate;
  /**
   * Fires when the deadline passes, the user sends /cancel, the lease is lost, or the worker shuts down. Nothing can be
   * sent or saved after that. The chat's next update waits until the handler has ended, so pass the signal to
   * everything that takes long.
   */
  signal: AbortSignal;
  /** The event's session key. Undefined: this event has no session. */
  sessionKey: string | undefined;
  /** The sessions of the event's lane. */
  sessions: TurnSessions;
  /** Absent: nothing is known about other workers. */
  sessionVersions?: TurnSessionVersions;
  /** Absent: the turn cannot deliver anything. */
  outbox?: TurnOutbox;
  /** The effects of this attempt and of earlier ones. Absent: effects are not recorded. */
  journal?: TurnJournal;
  /** Increments a counter of the worker's metrics. */
  count?(what: Counted): void;
  /**
   * Resolves when all calls that this turn made to the Bot API have ended. Calls still under way were not awaited by
   * the handler, and are counted.
   */
  settled?(): Promise<void>;
  /** Called when the bot uses a session, such as `ctx.session`: once the turn has ended, its changes are lost. */
  onUse?(what: string): void;
}

/** A Telegraf context with its turn. Every context that a worker passes to a bot is one. */
export interface TurnContext extends Context, SendEvents {
  /** The turn in which the update is handled. */
  turn: TurnInfo;
  /** Runs a side effect once per update. */
  effect: RunEffect;
}

/** Whether the event of this turn was handled before, whether or not that counted as an attempt. */
export function isRepeat(turn: Pick<TurnInfo, 'attempt' | 'isRepeat'>): boolean {
  return turn.isRepeat ?? turn.attempt > 1;
}
