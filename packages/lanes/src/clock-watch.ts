import { addressOf, isCluster, nodesOf, within, type Redis } from '@chatlane/redis';

/** How long the clocks of a cluster wait for that of one node: it may owe its answer for ever. */
const LONGEST_MS = 1_000;

/** No step, but the drift between two looks; a third of the shortest lease there is. */
const LEAST_STEP_MS = 150;

/** Steps that follow one another so closely add up: the second takes what the first has left of a lease. */
const TOGETHER_MS = 600_000;

type Node = ReturnType<typeof nodesOf>[number];

/**
 * Notices that the clock of a Redis was set forward, that a replica with a faster one has taken its place, or that Redis
 * did not answer for a while: holders could not renew their leases then, just as if the clock had been set forward.
 */
export interface ClockWatch {
  /**
   * Redis's time in milliseconds, and the nodes of a cluster that did not tell theirs. Asked regularly: what is noticed
   * is what happened since it was asked last.
   */
  read(): Promise<{ now: number; silent: ReadonlySet<Node> }>;
  lastStep(): ForwardStep;
}

/** The last step of a clock into the future, or silence of Redis: leases seem to be over that are not. Both 0: none was seen. */
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
  answered: number;
}

/** `everyMs`: how often it is asked. */
export function createClockWatch(redis: Redis, everyMs: number): ClockWatch {
  const readings = new Map<string, Reading>();
  let last: Reading | undefined;
  let forward = { byMs: 0, at: 0 };
  let step = forward;

  async function readOf(node: Node): Promise<Reading> {
    const address = addressOf(node);
    const asked = performance.now();
    const [seconds, micros] = await node.time();
    const answered = performance.now();
    const reading = { redis: Number(seconds) * 1_000 + Number(micros) / 1_000, asked, answered };
    const before = readings.get(address) ?? last;
    const setForwardMs = before ? reading.redis - before.redis - (answered - before.asked) : 0;
    const silentMs = before ? answered - before.answered - 2 * everyMs : 0;
    const recentMs = answered - forward.at < TOGETHER_MS ? forward.byMs : 0;
    if (setForwardMs > LEAST_STEP_MS) {
      step = forward = { byMs: recentMs + setForwardMs, at: answered };
    } else if (silentMs > LEAST_STEP_MS) {
      // Silences do not add up: holders renew their leases in between.
      step = { byMs: recentMs + silentMs, at: answered };
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
