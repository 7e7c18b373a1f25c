import type { LaneObserver, TurnReport } from '../observer.js';
import type { RunningTurn, Turn, TurnWatch } from '../turn/turn.js';
import { isStoppedBy, type Interruption } from './interrupts.js';

/** After a worker's stop has aborted its turns, their handlers have this long to end. */
const ABANDON_AFTER_MS = 1_000;

/** How long a handler may run on after its signal was aborted before it is reported. */
const NAMED_AFTER_MS = 5_000;

/** The turns of one worker whose handlers are running. */
export interface RunningTurns extends TurnWatch {
  /** Aborts the lane's turn if the interruption is meant for it. */
  interrupt(interruption: Interruption, botUsername: string | undefined): void;
  /** Aborts the turns that wait for permission, now or from now on: other workers will retry them. */
  abortWaiting(): void;
  /** Aborts all turns, also those that start from now on, and abandons them if their handlers ignore it. */
  stopAll(): void;
  /** Ends aborted turns although their handlers still run, because the process is about to exit. */
  abandonAll(): void;
}

/** @param onStuck called once for each handler that is still running at the end of its grace */
export function createRunningTurns(
  observer: LaneObserver | undefined,
  onStuck: ((turn: Turn) => void) | undefined,
): RunningTurns {
  const running = new Set<RunningTurn>();
  const overdue = new Map<RunningTurn, NodeJS.Timeout>();
  let mayWait = true;
  let outOfTime = false;

  function stop(turn: RunningTurn): void {
    turn.abort('shutdown');
    setTimeout(() => turn.abandon(), ABANDON_AFTER_MS).unref();
  }

  return {
    started(turn) {
      running.add(turn);
      if (outOfTime) stop(turn);
    },
    waiting(turn) {
      if (!mayWait) turn.abort('shutdown');
    },
    aborted(turn) {
      if (overdue.has(turn)) return;
      const name = (): void => observer?.overdue?.(reportOf(turn));
      overdue.set(turn, setTimeout(name, NAMED_AFTER_MS).unref());
      observer?.handlersOverdue?.(overdue.size);
    },
    stuck: (turn) => onStuck?.(turn),
    ended(turn) {
      running.delete(turn);
      clearTimeout(overdue.get(turn));
      if (overdue.delete(turn)) observer?.handlersOverdue?.(overdue.size);
    },
    interrupt(interruption, botUsername) {
      for (const turn of running) {
        if (turn.lane !== interruption.lane) continue;
        if (isStoppedBy(turn, interruption, botUsername)) turn.abort('interrupted');
      }
    },
    abortWaiting() {
      mayWait = false;
      for (const turn of running) if (turn.isWaiting) turn.abort('shutdown');
    },
    stopAll() {
      outOfTime = true;
      for (const turn of running) stop(turn);
    },
    abandonAll() {
      for (const turn of running) turn.abandon();
    },
  };
}

function reportOf({ lane, event, attempt }: RunningTurn): Omit<TurnReport, 'durationMs'> {
  const eventId = event.type === 'update' ? String(event.updateId) : event.id;
  return { lane, eventId, kind: event.kind, attempt };
}
