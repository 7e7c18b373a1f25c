import type { LaneObserver } from '@chatlane/lanes';
import { createTroubleLog, type Logger } from '@chatlane/runtime';

/** Logs what an operator needs to know: turns that failed, and failures outside turns. */
export function createLaneLog(logger: Logger): LaneObserver {
  return {
    turnEnded({ lane, eventId, kind, attempt, durationMs }, outcome, error) {
      const turn = { lane, eventId, kind, attempt, durationMs: Math.round(durationMs), outcome };
      if (outcome === 'done') logger.debug(turn, 'turn');
      else if (outcome === 'buried' || outcome === 'blocked') {
        logger.error({ ...turn, err: error }, 'an event was given up');
      } else if (outcome === 'failed' || outcome === 'fenced') {
        logger.warn({ ...turn, err: error }, 'a turn failed');
      } else logger.info(turn, 'a turn ended early');
    },
    overdue(turn) {
      logger.warn(turn, 'a handler is still running after its signal: its chat waits for it');
    },
    diverged({ lane, eventId, kind, attempt }, effects) {
      const turn = { lane, eventId, kind, attempt, effects };
      logger.warn(
        turn,
        'a turn took a different path when it was run again: messages sent by its first run remain',
      );
    },
    swept(cause, lanes) {
      if (cause !== 'rest-over') logger.warn({ cause, lanes }, 'the sweep woke lanes');
    },
    moved: (from, to, carried) =>
      logger.info({ from, to, ...carried }, 'a group became a supergroup: its lane was migrated'),
    trouble: createTroubleLog(logger),
  };
}
