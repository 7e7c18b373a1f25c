import type { LaneEvent } from '@chatlane/contracts';
import type { Lease } from '../worker/lease.js';
import type { EffectJournal } from './effect-journal.js';
import type { StagedOutbox } from './outbox.js';
import type { StagedSessions } from './staged-sessions.js';
import { TurnDeadline, type TurnLimits } from './turn-deadline.js';
import {
  TurnAborted,
  type AbortCause,
  type HandleTurn,
  type RunningTurn,
  type Turn,
  type TurnEnd,
  type TurnFate,
  type TurnWatch,
} from './turn.js';

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
      const finish = (end: TurnEnd): void =>
        this.#finish?.(this.#cause ? { end: 'aborted', cause: this.#cause, running: false } : end);
      const threw = (error: unknown): void => finish({ end: 'threw', error });
      try {
        handle(this).then(() => finish({ end: 'returned' }), threw);
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
