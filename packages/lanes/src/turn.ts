import type { LaneEvent } from '@chatlane/contracts';
import type { EffectJournal } from './effect-journal.js';
import type { Lease } from './lease.js';
import type { StagedOutbox, TurnOutbox } from './outbox.js';
import type { StagedSessions, TurnSessions } from './staged-sessions.js';
import { TurnDeadline, type TurnLimits } from './turn-deadline.js';

export type { TurnLimits } from './turn-deadline.js';

/** The handling of one event of one lane. */
export interface Turn {
  readonly lane: string;
  readonly event: LaneEvent;
  /** 1 on the first try; one more on each further one, except after tries that were not counted (see `Verdict`). */
  readonly attempt: number;
  /** The event was handled before, in a try that was counted or not. */
  readonly isRepeat: boolean;
  /** If this try fails, the event is given up. Deaths of workers that handled other events, too, do not count. */
  readonly lastAttempt: boolean;
  /** Milliseconds from the event's arrival to the start of this turn, on a retry too. */
  readonly waitedMs: number;
  readonly fate: TurnFate;
  /**
   * Fires on deadline, interruption by the user, lost lease and shutdown; its reason is a `TurnAborted`. From then on
   * nothing of the turn is sent or kept, but its lane waits until the handler has ended.
   */
  readonly signal: AbortSignal;
  /** False once the turn is over, or another worker may have the lane: then nothing may be sent any more. */
  isHeld(): boolean;
  /**
   * Stops the time limit while the turn waits for permission, as during a flood wait of Telegram; the function that is
   * returned lets it go on with what was left. Waits may overlap. What aborts a turn besides the time limit still does.
   */
  pauseClock(): () => void;
  /** The event's session key; undefined: the event has no session. */
  readonly sessionKey: string | undefined;
  readonly sessions: TurnSessions;
  readonly outbox: TurnOutbox;
  /** What this turn, in this attempt or an earlier one, has done to the outside world. */
  readonly journal: EffectJournal;
}

/** What becomes of the event if the turn fails. */
export interface TurnFate {
  /** Whether the event is given up if the turn fails with this error. */
  isGivenUpAfter(error: unknown): boolean;
  /** The user has been told that the event failed, in this attempt or an earlier one. */
  readonly isUserNotified: boolean;
  /** Remembers that. Forgotten only if the worker dies before the turn has ended. */
  userNotified(): void;
}

/** Runs the bot on one event. What it stages is committed when it resolves, dropped when it throws. */
export type HandleTurn = (turn: Turn) => Promise<void>;

export type AbortCause = 'deadline' | 'interrupted' | 'lease-lost' | 'shutdown';

/** The reason a turn's signal carries. */
export class TurnAborted extends Error {
  override name = 'TurnAborted';
  constructor(readonly why: AbortCause) {
    super(`The turn was stopped: ${why}.`);
  }
}

/** How the turn ended. Once its signal has fired, that decides, whatever the handler does afterwards. */
export type TurnEnd =
  | { end: 'returned' }
  | { end: 'threw'; error: unknown }
  /** `running`: the handler has not ended, and the process is about to exit. */
  | { end: 'aborted'; cause: AbortCause; running: boolean };

/** A turn whose handler runs. */
export interface RunningTurn extends Turn {
  /** Whether its time limit stands still. */
  readonly isWaiting: boolean;
  abort(cause: AbortCause): void;
  /** Ends the turn although its handler still runs: only for a process that is about to exit. */
  leave(): void;
}

/** Follows the turns of a worker for as long as their handlers run. */
export interface TurnWatch {
  started(turn: RunningTurn): void;
  /** The turn's time limit stands still from now on. */
  waiting(turn: RunningTurn): void;
  /** The turn's signal has fired. */
  aborted(turn: RunningTurn): void;
  /** The handler is still running at the end of its grace. Called once. */
  stuck(turn: RunningTurn): void;
  ended(turn: RunningTurn): void;
}

/** A turn as its event, lane, sessions and outbox make it; the rest comes with running it. */
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
 * Runs the handler under its time limit. A signal that fires closes the turn: nothing more can be staged or sent.
 * The turn lasts until the handler has ended all the same, so that no other handler runs beside it in its lane.
 */
export function runTurn(
  handle: HandleTurn,
  subject: TurnSubject,
  lease: Lease,
  limits: TurnLimits,
  watch: TurnWatch,
): Promise<TurnEnd> {
  const turn = new TurnInHand(subject, lease, limits, watch);
  watch.started(turn);
  return turn.run(handle);
}

class TurnInHand implements RunningTurn {
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
  /** Made when it is first asked for: most turns never need one. */
  #controller: AbortController | undefined;
  #cause: AbortCause | undefined;
  #leave: ((end: TurnEnd) => void) | undefined;
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
    // The grace is for ending: nothing stops that clock.
    if (this.#cause || this.#over) return () => undefined;
    const wasWaiting = this.#deadline.isPaused;
    const resume = this.#deadline.pause();
    if (!wasWaiting) this.#watch.waiting(this);
    return resume;
  }

  run(handle: HandleTurn): Promise<TurnEnd> {
    return new Promise((resolve) => {
      this.#leave = (end) => {
        this.#end();
        resolve(end);
      };
      const ended = (end: TurnEnd): void =>
        this.#leave?.(this.#cause ? { end: 'aborted', cause: this.#cause, running: false } : end);
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
    this.#deadline.goOn();
    this.sessions.seal(false);
    this.outbox.seal(false);
    this.#watch.aborted(this);
    this.#controller?.abort(new TurnAborted(cause));
  }

  leave(): void {
    if (this.#cause) this.#leave?.({ end: 'aborted', cause: this.#cause, running: true });
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#deadline.clear();
    this.#lease.onLost(undefined);
    this.#watch.ended(this);
  }
}
