import { addressOf, isCluster, nodesOf, within, type Redis } from '@chatlane/redis';

/** How long the clocks of a cluster wait for that of one node: it may owe its answer for ever. */
const LONGEST_MS = 1_000;

type Node = ReturnType<typeof nodesOf>[number];

/** Notices that the clock of a Redis was set forward, or that a replica with a faster one has taken its place. */
export interface ClockWatch {
  /**
   * Redis's time in milliseconds, and the nodes of a cluster that did not tell theirs. Asked regularly: what is noticed
   * is what happened since it was asked last.
   */
  read(): Promise<{ now: number; silent: ReadonlySet<Node> }>;
  /** A clock was set forward within the last lease: leases seem to be over that are not. */
  readonly wasSetForward: boolean;
}

interface Reading {
  redis: number;
  /** From before it was asked: a process that stood still before it saw the answer takes no step for granted. */
  asked: number;
}

/** `leaseMs`: a step that is less than a third of it takes no lease from a holder that renews it three times as often. */
export function createClockWatch(redis: Redis, leaseMs: number): ClockWatch {
  const tolerated = leaseMs / 3;
  const readings = new Map<string, Reading>();
  let last: Reading | undefined;
  let forgetAt = 0;

  async function readOf(node: Node): Promise<Reading> {
    const address = addressOf(node);
    const asked = performance.now();
    const [seconds, micros] = await node.time();
    const local = performance.now();
    const reading = { redis: Number(seconds) * 1_000 + Number(micros) / 1_000, asked };
    const before = readings.get(address) ?? last;
    const step = before && reading.redis - before.redis - (local - before.asked);
    if (step !== undefined && step > tolerated) forgetAt = local + leaseMs;
    readings.set(address, reading);
    return reading;
  }

  return {
    async read() {
      const silent = new Set<Node>();
      const ask = async (node: Node): Promise<Reading | undefined> => {
        if (!isCluster(redis)) return readOf(node);
        return within(LONGEST_MS, readOf(node)).catch(() => void silent.add(node));
      };
      const times = await Promise.all(nodesOf(redis).map(ask));
      const first = times.find((reading) => reading !== undefined);
      last = first ?? last;
      return { now: Math.floor(first?.redis ?? Date.now()), silent };
    },
    get wasSetForward() {
      return performance.now() < forgetAt;
    },
  };
}
