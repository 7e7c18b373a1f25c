import type { LaneEvent } from '@chatlane/contracts';
import type { EffectJournal } from './effect-journal.js';
import type { Lease } from '../worker/lease.js';
import type { StagedOutbox, TurnOutbox } from './outbox.js';
import type { StagedSessions, TurnSessions } from './staged-sessions.js';
import { TurnDeadline, type TurnLimits } from './turn-deadline.js';

export type { TurnLimits } from './turn-deadline.js';

/** The handling of one event of one lane. */
export interface Turn {
  readonly lane: string;
  readonly event: LaneEvent;
  /** 1 in the first attempt. Attempts that were not counted do not increase it (see `Verdict`). */
  readonly attempt: number;
  /** The event was handled before, in an attempt that was counted or not. */
  readonly isRepeat: boolean;
  /** If this attempt fails, the event is given up. Deaths of workers that handled other events too do not count. */
  readonly lastAttempt: boolean;
  /** Milliseconds from the event's arrival to the start of this turn, also for a retry. */
  readonly waitedMs: number;
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
  readonly sessions: TurnSessions;
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

/** The parts of a turn that exist before it runs. */
export type TurnSubject = Pick<
  Turn,
  | 'lane'
  | 'event'
  | 'attempt'
  | 'isRepeat'
  | 'lastAttempt'
  | 'waitedMs'
  | 'fate'
  | 'sessionKey'
  | 'journal'
> & { readonly sessions: StagedSessions; readonly outbox: StagedOutbox };

/**
 * Runs the handler under its time limit. Once the signal is aborted, the turn can neither stage nor send anything, but
 * it still lasts until the handler has ended, so that no other handler runs beside it in its lane.
 */
export function runTurn(
  handle: HandleTurn,
  subject: TurnSubject,
  lease: Lease,
  limits: TurnLimits,
  watch: TurnWatch,
): Promise<TurnEnd> {
  const turn = new ActiveTurn(subject, lease, limits, watch);
  watch.started(turn);
  return turn.run(handle);
}

class ActiveTurn implements RunningTurn {
  readonly lane: string;
  readonly event: LaneEvent;
  readonly attempt: number;
  readonly isRepeat: boolean;
  readonly lastAttempt: boolean;
  readonly waitedMs: number;
  readonly fate: TurnFate;
  readonly sessionKey: string | undefined;
  readonly sessions: StagedSessions;
  readonly outbox: StagedOutbox;
  readonly journal: EffectJournal;
  readonly #lease: Lease;
  readonly #watch: TurnWatch;
  readonly #deadline: TurnDeadline;
  /** Created lazily; most turns never need one. */
  #controller: AbortController | undefined;
  #cause: AbortCause | undefined;
  #finish: ((end: TurnEnd) => void) | undefined;
  #over = false;

  constructor(subject: TurnSubject, lease: Lease, limits: TurnLimits, watch: TurnWatch) {
    this.lane = subject.lane;
    this.event = subject.event;
    this.attempt = subject.attempt;
    this.isRepeat = subject.isRepeat;
    this.lastAttempt = subject.lastAttempt;
    this.waitedMs = subject.waitedMs;
    this.fate = subject.fate;
    this.sessionKey = subject.sessionKey;
    this.sessions = subject.sessions;
    this.outbox = subject.outbox;
    this.journal = subject.journal;
    this.#lease = lease;
    this.#watch = watch;
    this.#deadline = new TurnDeadline(
      limits,
      () => this.abort('deadline'),
      () => this.#watch.stuck(this),
    );
    lease.onLost(() => this.abort('lease-lost'));
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#cause) this.#controller.abort(new TurnAborted(this.#cause));
    }
    return this.#controller.signal;
  }

  isHeld(): boolean {
    return !this.#over && this.#lease.isHeld();
  }

  get isWaiting(): boolean {
    return this.#deadline.isPaused;
  }

  pauseClock(): () => void {
    // The grace period cannot be paused.
    if (this.#cause || this.#over) return () => undefined;
    const wasWaiting = this.#deadline.isPaused;
    const resume = this.#deadline.pause();
    if (!wasWaiting) this.#watch.waiting(this);
    return resume;
  }

  run(handle: HandleTurn): Promise<TurnEnd> {
    return new Promise((resolve) => {
      this.#finish = (end) => {
        this.#end();
        resolve(end);
      };
      const ended = (end: TurnEnd): void =>
        this.#finish?.(this.#cause ? { end: 'aborted', cause: this.#cause, running: false } : end);
      const threw = (error: unknown): void => ended({ end: 'threw', error });
      try {
        handle(this).then(() => ended({ end: 'returned' }), threw);
      } catch (error) {
        threw(error);
      }
    });
  }

  abort(cause: AbortCause): void {
    if (this.#cause || this.#over) return;
    this.#cause = cause;
    this.#deadline.endWaits();
    this.sessions.close(false);
    this.outbox.close(false);
    this.#watch.aborted(this);
    this.#controller?.abort(new TurnAborted(cause));
  }

  abandon(): void {
    if (this.#cause) this.#finish?.({ end: 'aborted', cause: this.#cause, running: true });
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#deadline.clear();
    this.#lease.onLost(undefined);
    this.#watch.ended(this);
  }
}
