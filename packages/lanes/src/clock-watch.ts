import { addressOf, isCluster, nodesOf, within, type Redis } from '@chatlane/redis';

/** How long the clocks of a cluster wait for that of one node: it may owe its answer for ever. */
const LONGEST_MS = 1_000;

/** No step, but the drift between two looks; a third of the shortest lease there is. */
const LEAST_STEP_MS = 150;

/** Steps that follow one another so closely add up: the second takes what the first has left of a lease. */
const TOGETHER_MS = 600_000;

type Node = ReturnType<typeof nodesOf>[number];

/** Notices that the clock of a Redis was set forward, or that a replica with a faster one has taken its place. */
export interface ClockWatch {
  /**
   * Redis's time in milliseconds, and the nodes of a cluster that did not tell theirs. Asked regularly: what is noticed
   * is what happened since it was asked last.
   */
  read(): Promise<{ now: number; silent: ReadonlySet<Node> }>;
  lastStep(): ForwardStep;
}

/** The last step of a clock into the future: leases seem to be over that are not. Both 0: none was seen. */
export interface ForwardStep {
  /** With the steps of the minutes before it. */
  byMs: number;
  /** Since it was noticed. */
  agoMs: number;
}

interface Reading {
  redis: number;
  /** From before it was asked: a process that stood still before it saw the answer takes no step for granted. */
  asked: number;
}

export function createClockWatch(redis: Redis): ClockWatch {
  const readings = new Map<string, Reading>();
  let last: Reading | undefined;
  let step = { byMs: 0, at: 0 };

  async function readOf(node: Node): Promise<Reading> {
    const address = addressOf(node);
    const asked = performance.now();
    const [seconds, micros] = await node.time();
    const local = performance.now();
    const reading = { redis: Number(seconds) * 1_000 + Number(micros) / 1_000, asked };
    const before = readings.get(address) ?? last;
    const byMs = before ? reading.redis - before.redis - (local - before.asked) : 0;
    if (byMs > LEAST_STEP_MS) {
      const recentMs = local - step.at < TOGETHER_MS ? step.byMs : 0;
      step = { byMs: recentMs + byMs, at: local };
    }
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
    lastStep: () => ({
      byMs: step.byMs,
      agoMs: step.byMs > 0 ? performance.now() - step.at : 0,
    }),
  };
}
