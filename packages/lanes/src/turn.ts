import type { LaneEvent } from '@chatlane/contracts';
import type { Lease } from './lease.js';
import type { TurnOutbox } from './outbox.js';
import type { TurnSessions } from './staged-sessions.js';

/** The handling of one event of one lane. */
export interface Turn {
  readonly lane: string;
  readonly event: LaneEvent;
  /** 1 on the first try; a crash of a worker counts as a try. */
  readonly attempt: number;
  /** `attempt` is the last before the event is given up. */
  readonly lastAttempt: boolean;
  /** Fires on deadline, interruption by the user, lost lease and shutdown; its reason is a `TurnAborted`. */
  readonly signal: AbortSignal;
  /** False once the turn is over, or another worker may have the lane: then nothing may be sent any more. */
  isHeld(): boolean;
  /** The event's session key; undefined: the event has no session. */
  readonly sessionKey: string | undefined;
  readonly sessions: TurnSessions;
  readonly outbox: TurnOutbox;
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

/** How the handler left the turn. */
export type TurnEnd =
  { end: 'returned' } | { end: 'threw'; error: unknown } | { end: 'aborted'; cause: AbortCause };

/** Abort handle of the turn in hand. */
export interface RunningTurn extends Pick<Turn, 'event' | 'sessionKey'> {
  abort(cause: AbortCause): void;
}

export interface TurnLimits {
  /** Milliseconds a handler may take. */
  turnTimeoutMs: number;
  /** Milliseconds a handler gets to end by itself after its signal fired. */
  graceMs: number;
}

/** A turn as the event, its lane, its sessions and its outbox make it; the rest comes with running it. */
export type TurnSubject = Pick<
  Turn,
  'lane' | 'event' | 'attempt' | 'lastAttempt' | 'sessionKey' | 'sessions' | 'outbox'
>;

/**
 * Runs the handler under a deadline. After the signal fired the handler has a moment to end; one that
 * does not is left behind: its lease's epoch moves on, so it can commit nothing, and its signal keeps it silent.
 */
export function runTurn(
  handle: HandleTurn,
  subject: TurnSubject,
  lease: Lease,
  limits: TurnLimits,
  onStart: (running: RunningTurn) => void,
): Promise<TurnEnd> {
  const turn = new TurnInHand(subject, lease, limits);
  onStart(turn);
  return turn.run(handle);
}

/** Most turns are over before anybody asks for their signal: it is made when it is. */
class TurnInHand implements Turn, RunningTurn {
  readonly lane: string;
  readonly event: LaneEvent;
  readonly attempt: number;
  readonly lastAttempt: boolean;
  readonly sessionKey: string | undefined;
  readonly sessions: TurnSessions;
  readonly outbox: TurnOutbox;
  readonly #lease: Lease;
  readonly #graceMs: number;
  readonly #deadline: NodeJS.Timeout;
  #controller: AbortController | undefined;
  #cause: AbortCause | undefined;
  #grace: NodeJS.Timeout | undefined;
  #leave: ((end: TurnEnd) => void) | undefined;
  #over = false;

  constructor(subject: TurnSubject, lease: Lease, limits: TurnLimits) {
    this.lane = subject.lane;
    this.event = subject.event;
    this.attempt = subject.attempt;
    this.lastAttempt = subject.lastAttempt;
    this.sessionKey = subject.sessionKey;
    this.sessions = subject.sessions;
    this.outbox = subject.outbox;
    this.#lease = lease;
    this.#graceMs = limits.graceMs;
    this.#deadline = setTimeout(() => this.abort('deadline'), limits.turnTimeoutMs);
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

  run(handle: HandleTurn): Promise<TurnEnd> {
    return new Promise((resolve) => {
      this.#leave = (end) => {
        this.#end();
        resolve(end);
      };
      const threw = (error: unknown): void =>
        this.#leave?.(
          this.#cause ? { end: 'aborted', cause: this.#cause } : { end: 'threw', error },
        );
      try {
        handle(this).then(() => this.#leave?.({ end: 'returned' }), threw);
      } catch (error) {
        threw(error);
      }
    });
  }

  abort(cause: AbortCause): void {
    if (this.#cause || this.#over) return;
    this.#cause = cause;
    this.#controller?.abort(new TurnAborted(cause));
    this.#grace = setTimeout(() => this.#leave?.({ end: 'aborted', cause }), this.#graceMs);
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#grace);
    this.#lease.onLost(undefined);
  }
}
