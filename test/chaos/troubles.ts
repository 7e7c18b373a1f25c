import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from '@chatlane/redis';
import { monotonicMs } from '../harness/clock.js';
import type { Trouble } from './checker/history.js';

/**
 * A lease of 2 s can expire when a reply takes this long, in addition to the interval between two renewals (a third of
 * the lease) and a pause of the process that is too short for the ledger to record (500 ms).
 */
const SLOW_MS = 700;

/** Records the periods in which workers may lose lanes because of a fault. */
export interface TroubleLog {
  troubles: readonly Trouble[];
  /** Periods in which Telegram did not answer. */
  outages: readonly Trouble[];
  noteOutage(what: string, during: () => Promise<void>): Promise<void>;
  note(what: string, during: () => Promise<void>, pid?: number): Promise<void>;
  add(trouble: Trouble): void;
  stop(): Promise<void>;
}

/** `afterMs`: the time after a fault by which all leases that could not be renewed have expired. */
export function startTroubleLog(redis: Redis, afterMs: number): TroubleLog {
  const troubles: Trouble[] = [];
  const outages: Trouble[] = [];
  let going = true;

  const watching = (async () => {
    while (going) {
      const from = monotonicMs();
      await redis.ping();
      const to = monotonicMs();
      if (to - from > SLOW_MS) troubles.push({ what: 'Redis is slow', from, to: to + afterMs });
      await sleep(100);
    }
  })();

  return {
    troubles,
    outages,
    async noteOutage(what, during) {
      const outage: Trouble = { what, from: monotonicMs(), to: Infinity };
      outages.push(outage);
      await during().finally(() => (outage.to = monotonicMs()));
    },
    async note(what, during, pid) {
      const trouble: Trouble = {
        what,
        from: monotonicMs(),
        to: Infinity,
        ...(pid === undefined ? {} : { pid }),
      };
      troubles.push(trouble);
      await during().finally(() => (trouble.to = monotonicMs() + afterMs));
    },
    add: (trouble) => void troubles.push(trouble),
    async stop() {
      going = false;
      await watching;
    },
  };
}
