import { addressOf, nodesOf, type Redis } from '@chatlane/redis';

/** Notices that the clock of a Redis was set forward, or that a replica with a faster one has taken its place. */
export interface ClockWatch {
  /** Redis's time in milliseconds. Asked regularly: what is noticed is what happened since it was asked last. */
  read(): Promise<number>;
  /** A clock was set forward within the last lease: leases seem to be over that are not. */
  readonly wasSetForward: boolean;
}

interface Reading {
  redis: number;
  local: number;
}

/** `leaseMs`: a step that is less than a third of it takes no lease from a holder that renews it three times as often. */
export function createClockWatch(redis: Redis, leaseMs: number): ClockWatch {
  const tolerated = leaseMs / 3;
  const readings = new Map<string, Reading>();
  let last: Reading | undefined;
  let forgetAt = 0;

  return {
    async read() {
      const nodes = nodesOf(redis);
      const times = await Promise.all(
        nodes.map(async (node) => {
          const address = addressOf(node);
          const asked = performance.now();
          const [seconds, micros] = await node.time();
          const local = performance.now();
          const reading = { redis: Number(seconds) * 1_000 + Number(micros) / 1_000, local };
          const before = readings.get(address) ?? last;
          const step = before && reading.redis - before.redis - (local - before.local);
          // An answer that was long on its way tells of a Redis, or a process, that stood still.
          if (step !== undefined && step > tolerated && local - asked < tolerated) {
            forgetAt = local + leaseMs;
          }
          readings.set(address, reading);
          return reading;
        }),
      );
      last = times[0] ?? last;
      return Math.floor(times[0]?.redis ?? Date.now());
    },
    get wasSetForward() {
      return performance.now() < forgetAt;
    },
  };
}
