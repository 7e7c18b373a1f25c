import type { LaneEvent } from '@chatlane/contracts';
import type { TurnSessions } from './staged-sessions.js';
import type { Lease } from './lease.js';

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
export interface RunningTurn {
  readonly eventId: string;
  abort(cause: AbortCause): void;
}

export interface TurnLimits {
  /** Milliseconds a handler may take. */
  turnTimeoutMs: number;
  /** Milliseconds a handler gets to end by itself after its signal fired. */
  graceMs: number;
}

/**
 * Runs the handler under a deadline. After the signal fired the handler has a moment to end; one that
 * does not is left behind: its lease's epoch moves on, so it can commit nothing, and its signal keeps it silent.
 */
export async function runTurn(
  handle: HandleTurn,
  turn: Omit<Turn, 'signal' | 'isHeld'>,
  lease: Lease,
  limits: TurnLimits,
  onStart: (running: RunningTurn) => void,
): Promise<TurnEnd> {
  const controller = new AbortController();
  let cause: AbortCause | undefined;
  let over = false;
  let grace: NodeJS.Timeout | undefined;
  let leave: (end: TurnEnd) => void;
  const left = new Promise<TurnEnd>((resolve) => (leave = resolve));

  function abort(why: AbortCause): void {
    if (cause) return;
    cause = why;
    controller.abort(new TurnAborted(why));
    grace = setTimeout(() => leave({ end: 'aborted', cause: why }), limits.graceMs);
  }
  const onLost = (): void => abort('lease-lost');
  lease.lost.addEventListener('abort', onLost);
  const deadline = setTimeout(() => abort('deadline'), limits.turnTimeoutMs);
  onStart({ eventId: eventId(turn.event), abort });

  const isHeld = (): boolean => !over && lease.isHeld();
  // Async, so that a handler that throws before its first promise ends its turn like any other.
  const begin = async (): Promise<void> => handle({ ...turn, signal: controller.signal, isHeld });
  const handled = begin().then(
    (): TurnEnd => ({ end: 'returned' }),
    (error: unknown): TurnEnd => (cause ? { end: 'aborted', cause } : { end: 'threw', error }),
  );
  try {
    return await Promise.race([handled, left]);
  } finally {
    over = true;
    clearTimeout(deadline);
    clearTimeout(grace);
    lease.lost.removeEventListener('abort', onLost);
  }
}

function eventId(event: LaneEvent): string {
  return event.type === 'update' ? String(event.updateId) : event.id;
}
