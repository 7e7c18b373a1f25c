import type { Context } from 'telegraf';
import type { Counted } from './counted.js';
import type { RunEffect } from './run-effect.js';

/** Where a turn's sessions are read from and staged to. Nothing is written before the lane's commit. */
export interface TurnSessions {
  /** The JSON stored under `key`, or undefined. The turn's own key costs no round trip. */
  get(key: string): Promise<string | undefined>;
  /**
   * Puts `json` (undefined: delete) into the lane's next commit; the last call for a key wins. A turn that
   * fails drops it. `ttlSeconds` is the time to live from the commit on; absent: the deployment's.
   */
  stage(key: string, json: string | undefined, ttlSeconds?: number): void;
  /** The deployment's time to live in seconds; absent or 0: for ever. With one, use of a session extends it. */
  readonly ttlSeconds?: number;
}

/** What a turn asks to have done elsewhere: handed on if and only if the turn commits. */
export interface TurnOutbox {
  /**
   * Puts an entry into the lane's next commit; a turn that fails drops it. Answers the entry's id, the same on every try of
   * the turn, of letters, digits and `._-` only; `json` may need it. It is delivered at least once: the receiver goes by the id.
   * Throws when the worker delivers nothing, and after the turn has ended.
   */
  stage(kind: string, json: string | ((id: string) => string)): string;
}

/** The record of a turn's effects, which a later attempt of the turn can read. */
export interface TurnJournal {
  recall(
    key: string,
  ): { state: 'new' } | { state: 'done'; result: unknown } | { state: 'unknown'; times: number };
  /** Resolves when the record is stored; it is on its way when this returns. */
  begin(key: string, what: string): Promise<void>;
  done(key: string, result: unknown): void;
  /** The effect is known not to have happened. */
  undo(key: string): void;
  /** The turn was stopped in the middle of it. */
  cutOff(key: string): void;
}

/** What becomes of the event if its turn fails. */
export interface TurnFate {
  /** Whether the event is given up if the turn fails with this error. */
  isGivenUpAfter(error: unknown): boolean;
  /** The user has heard that the event failed, in this attempt or an earlier one. */
  readonly isUserNotified: boolean;
  /** Remembers that. */
  userNotified(): void;
}

/** Which versions of a session's shape the code of the living workers knows. */
export interface TurnSessionVersions {
  /** This worker's code knows the session of `property` up to `version`. Costs nothing when it was said before. */
  declare(property: string, version: number): void;
  /** Whether a worker is alive whose code knows that version of the session, or a later one. */
  isAlive(property: string, version: number): Promise<boolean>;
}

/** What the worker tells a bot about the turn: the handling of one event of one lane. */
export interface TurnInfo {
  /** The deployment's name, part of the keys of sessions in a database; absent: keys are without it. */
  deployment?: string;
  /** The ordered way of one chat that this event belongs to, for example `c:42`. */
  lane: string;
  /** Which event of the lane it is, the same on every try; undefined: nobody said. */
  eventId?: string;
  /** 1 on the first try; a crash of the worker counts as a try, a wait for Telegram does not. */
  attempt: number;
  /** The event was handled before, in a try that was counted or not; absent: it was if `attempt` is more than 1. */
  isRepeat?: boolean;
  /** After this attempt the event is given up; absent: nobody knows. */
  lastAttempt?: boolean;
  /** Milliseconds from the event's arrival to the start of this attempt; absent: unknown. */
  waitedMs?: number;
  /** What becomes of the event if this attempt fails; absent: unknown. */
  fate?: TurnFate;
  /**
   * Fires on deadline, the user's /cancel, a lost lease and shutdown; from then on nothing can be sent or kept. The chat's
   * next update waits until the handler has ended: pass it on to whatever takes long.
   */
  signal: AbortSignal;
  /** The event's session key; undefined: this event has no session. */
  sessionKey: string | undefined;
  sessions: TurnSessions;
  /** Absent: nothing is known of other workers. */
  sessionVersions?: TurnSessionVersions;
  /** Absent: whoever runs the turn delivers nothing. */
  outbox?: TurnOutbox;
  /** What this turn, in this attempt or an earlier one, has done; absent: nobody records it. */
  journal?: TurnJournal;
  /** Counts what happened, for the worker's metrics. */
  count?(what: Counted): void;
  /** Resolves when no call to the Bot API that this turn made is under way. Those found so were not awaited: they are counted. */
  settled?(): Promise<void>;
}

/** A Telegraf context that knows its turn; every context a worker hands to a bot is one. */
export interface TurnContext extends Context {
  turn: TurnInfo;
  effect: RunEffect;
}
