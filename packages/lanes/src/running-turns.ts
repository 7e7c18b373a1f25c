import { isStoppedBy, type Interruption } from './interrupts.js';
import type { LaneObserver, TurnReport } from './observer.js';
import type { RunningTurn, Turn, TurnWatch } from './turn.js';

/** After a worker's stop has aborted its turns, their handlers have this long to end. */
const LEAVE_MS = 1_000;

/** How long a handler may run on after its signal before it is named. */
const NAMED_AFTER_MS = 5_000;

/** The turns of one worker whose handlers run. */
export interface RunningTurns extends TurnWatch {
  /** Aborts the lane's turn if the interruption is meant for it. */
  interrupt(interruption: Interruption, botUsername: string | undefined): void;
  /** Aborts the turns that wait for permission, and those that begin to wait from now on: others go on with them. */
  stopWaiting(): void;
  /** Aborts all turns, and those that start from now on; ends each of them when its handler ignores that. */
  stopAll(): void;
  /** Ends all turns although their handlers still run: the process is about to exit. */
  leaveAll(): void;
}

/** `onStuck` is called once for each handler that is still running at the end of its grace. */
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
    setTimeout(() => turn.leave(), LEAVE_MS).unref();
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
    stopWaiting() {
      mayWait = false;
      for (const turn of running) if (turn.isWaiting) turn.abort('shutdown');
    },
    stopAll() {
      outOfTime = true;
      for (const turn of running) stop(turn);
    },
    leaveAll() {
      for (const turn of running) turn.leave();
    },
  };
}

function reportOf({ lane, event, attempt }: RunningTurn): Omit<TurnReport, 'durationMs'> {
  const eventId = event.type === 'update' ? String(event.updateId) : event.id;
  return { lane, eventId, kind: event.kind, attempt };
}
