import type { LaneObserver } from '@chatlane/lanes';
import { createTroubleLog, type Logger } from '@chatlane/runtime';

/** Puts what an operator has to know on the log: turns that did not end well, and faults outside of any. */
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
      logger.warn(turn, 'a handler goes on after its signal: its chat waits for it');
    },
    diverged({ lane, eventId, kind, attempt }, effects) {
      const turn = { lane, eventId, kind, attempt, effects };
      logger.warn(
        turn,
        'a turn that was run again took another way: what its first run sent stays',
      );
    },
    swept(cause, lanes) {
      if (cause !== 'rest-over') logger.warn({ cause, lanes }, 'the sweep woke lanes');
    },
    moved: (from, to, carried) =>
      logger.info(
        { from, to, ...carried },
        'a group became a supergroup: its lane was carried over',
      ),
    trouble: createTroubleLog(logger),
  };
}
