import type { LaneEvent } from '@chatlane/contracts';
import type { EffectJournal } from './effect-journal.js';
import type { TurnOutbox } from './outbox.js';
import type { TurnSessions } from './staged-sessions.js';

/** The handling of one event of one lane. */
export interface Turn {
  /** The lane that the event belongs to. */
  readonly lane: string;
  /** The event to handle. */
  readonly event: LaneEvent;
  /** 1 in the first attempt. Attempts that were not counted do not increase it (see `Verdict`). */
  readonly attempt: number;
  /** The event was handled before, in an attempt that was counted or not. */
  readonly isRepeat: boolean;
  /** If this attempt fails, the event is given up. Deaths of workers that handled other events too do not count. */
  readonly lastAttempt: boolean;
  /** Milliseconds from the event's arrival to the start of this turn, also for a retry. */
  readonly waitedMs: number;
  /** What happens if this attempt fails, given the event's earlier failures. */
  readonly fate: TurnFate;
  /**
   * Aborted at the deadline, when the user interrupts the turn, when the lease is lost and at shutdown; its reason is a
   * `TurnAborted`. From then on the turn can neither send nor stage anything, but its lane waits until the handler
   * ends.
   */
  readonly signal: AbortSignal;
  /** False once the turn is over or another worker may have the lane. Nothing may be sent from then on. */
  isHeld(): boolean;
  /**
   * Pauses the time limit while the turn waits for permission, as during a flood wait. The returned function resumes it
   * with the remaining time. Waits may overlap. Everything else that aborts a turn still does.
   */
  pauseClock(): () => void;
  /** The event's session key. Undefined when the event has no session. */
  readonly sessionKey: string | undefined;
  /** Loads and stages the sessions that the commit writes. */
  readonly sessions: TurnSessions;
  /** Stages entries that are delivered once the turn is committed. */
  readonly outbox: TurnOutbox;
  /** What this turn, in this attempt or an earlier one, has done to the outside world. */
  readonly journal: EffectJournal;
}

/** What happens to the event if the turn fails. */
export interface TurnFate {
  /** Whether the event is given up if the turn fails with this error. */
  isGivenUpAfter(error: unknown): boolean;
  /** Whether the user has been notified that the event failed, in this attempt or an earlier one. */
  readonly isUserNotified: boolean;
  /** Records that the user has been notified. Lost only if the worker dies before the turn has ended. */
  userNotified(): void;
}

/** Runs the bot on one event. What it stages is committed when it resolves, and dropped when it rejects. */
export type HandleTurn = (turn: Turn) => Promise<void>;

/** Why a turn was aborted. */
export type AbortCause = 'deadline' | 'interrupted' | 'lease-lost' | 'shutdown';

/** The abort reason of a turn's signal. */
export class TurnAborted extends Error {
  override name = 'TurnAborted';
  constructor(readonly why: AbortCause) {
    super(`The turn was stopped: ${why}.`);
  }
}

/** How the turn ended. Once its signal is aborted, it ends as aborted, whatever the handler does afterwards. */
export type TurnEnd =
  | { end: 'returned' }
  | { end: 'threw'; error: unknown }
  /** `running`: the handler has not ended, and the process is about to exit. */
  | { end: 'aborted'; cause: AbortCause; running: boolean };

/** A turn whose handler is running. */
export interface RunningTurn extends Turn {
  /** Whether its time limit is paused. */
  readonly isWaiting: boolean;
  abort(cause: AbortCause): void;
  /** Ends an aborted turn although its handler still runs. Only for a process that is about to exit. */
  abandon(): void;
}

/** Callbacks for the life of a turn. */
export interface TurnWatch {
  started(turn: RunningTurn): void;
  /** The turn's time limit was paused. */
  waiting(turn: RunningTurn): void;
  /** The turn's signal was aborted. */
  aborted(turn: RunningTurn): void;
  /** The handler is still running at the end of its grace period. Called once. */
  stuck(turn: RunningTurn): void;
  ended(turn: RunningTurn): void;
}
