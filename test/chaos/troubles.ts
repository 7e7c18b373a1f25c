import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from '@chatlane/redis';
import { monotonicMs } from '../harness/clock.js';
import type { Trouble } from './checker/history.js';

/**
 * A reply that takes this long may have kept a worker from prolonging its leases: with the third of a lease between two
 * tries, and a pause of the process that its ledger does not note (500 ms), it makes a lease of 2 s run out.
 */
const SLOW_MS = 700;

/** Keeps the times in which lanes may be lost without a fault of their own. */
export interface TroubleLog {
  troubles: readonly Trouble[];
  /** Times in which Telegram answered nobody. */
  outages: readonly Trouble[];
  noteOutage(what: string, during: () => Promise<void>): Promise<void>;
  note(what: string, during: () => Promise<void>, pid?: number): Promise<void>;
  add(trouble: Trouble): void;
  stop(): Promise<void>;
}

/** `afterMs`: leases that could not be prolonged run out this long after the trouble at the latest. */
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
