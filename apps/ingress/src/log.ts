import type { Logger } from '@chatlane/runtime';
import { createLogThrottle } from './log-throttle.js';
import type { IngressObserver, PollingState } from './observer.js';

/**
 * Logs what an operator needs to know. An outage is logged when it begins and when it ends, not for each update. A full
 * lane or a full Redis is logged once, and again only after a minute without a refusal for that reason.
 */
export function createIngressLog(logger: Logger): IngressObserver {
  const throttle = createLogThrottle();
  let outage: { since: number; refusals: number } | undefined;
  let state: PollingState | undefined;
  return {
    stored(_source, outcome) {
      if (outcome === 'parked') logger.warn('a body that is not an update was parked');
      if (!outage) return;
      const { since, refusals } = outage;
      outage = undefined;
      logger.info({ refusals, outageMs: Date.now() - since }, 'Redis confirms updates again');
    },
    notStored(_source, reason, { lane, error }) {
      if (reason === 'lane-full' && throttle.allows(`lane ${lane}`)) {
        logger.warn(
          { lane },
          'a lane is at LANE_CEILING: Telegram is asked to send its updates again',
        );
      }
      if (reason === 'memory-full' && throttle.allows('memory')) {
        logger.error('Redis is at REDIS_MEMORY_BUDGET: Telegram is asked to send updates again');
      }
      if (reason !== 'unavailable') return;
      if (!outage) {
        outage = { since: Date.now(), refusals: 0 };
        logger.error(
          { err: error },
          'Redis does not confirm updates: Telegram is asked to send them again',
        );
      }
      outage.refusals += 1;
    },
    memory: () => undefined,
    refused(reason) {
      if (reason === 'too_many_connections' && throttle.allows('connections')) {
        logger.warn(
          'the public port is at its connection limit: the oldest connections are closed',
        );
      }
      logger.debug({ reason }, 'a request was rejected');
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
        'the storage does not respond: clients are asked to retry links to files',
      );
    },
  };
}
