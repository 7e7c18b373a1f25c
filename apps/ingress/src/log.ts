import type { Logger } from '@chatlane/runtime';
import { createLogThrottle } from './log-throttle.js';
import type { IngressObserver, PollingState } from './observer.js';

/**
 * Puts what an operator has to know on the log: an outage once when it begins and once when it ends,
 * not for each of the updates it concerns; a full lane or a full Redis once until it was quiet for a minute.
 */
export function createIngressLog(logger: Logger): IngressObserver {
  const throttle = createLogThrottle();
  let outage: { since: number; refusals: number } | undefined;
  let state: PollingState | undefined;
  return {
    stored(_source, outcome) {
      if (outcome === 'parked') logger.warn('a body that is no update was parked');
      if (!outage) return;
      const { since, refusals } = outage;
      outage = undefined;
      logger.info({ refusals, outageMs: Date.now() - since }, 'Redis confirms updates again');
    },
    notStored(_source, reason, { lane, error }) {
      if (reason === 'lane-full' && throttle.allows(`lane ${lane}`)) {
        logger.warn({ lane }, 'a lane is at LANE_CEILING: its updates are asked for again');
      }
      if (reason === 'memory-full' && throttle.allows('memory')) {
        logger.error('Redis is at REDIS_MEMORY_BUDGET: updates are asked for again');
      }
      if (reason !== 'unavailable') return;
      if (!outage) {
        outage = { since: Date.now(), refusals: 0 };
        logger.error({ err: error }, 'Redis does not confirm updates: they are asked for again');
      }
      outage.refusals += 1;
    },
    memory: () => undefined,
    refused(reason) {
      if (reason === 'too_many_connections' && throttle.allows('connections')) {
        logger.warn('the public port has as many connections as it may: the oldest are closed');
      }
      logger.debug({ reason }, 'a request was refused');
    },
    polling(next) {
      if (next === state) return;
      state = next;
      logger.info({ state }, 'polling');
    },
    pollFailed(reason, error, waitMs) {
      logger.warn({ reason, problem: error.message, waitMs }, 'getUpdates failed');
    },
    fileLink(outcome, { error } = {}) {
      if (outcome !== 'unavailable' || !throttle.allows('storage')) return;
      logger.error(
        { err: error },
        'the storage does not answer: links to files are asked for again',
      );
    },
  };
}
