import { addressOf, isCluster, nodesOf, within, type Redis } from '@chatlane/redis';

/** How long a reading waits for one node of a cluster, which may never answer. */
const READ_TIMEOUT_MS = 1_000;

/** Smaller differences count as drift between two readings. A third of the shortest possible lease. */
const MIN_STEP_MS = 150;

/** Steps within this time of each other add up: the second one may use up what the first has left of a lease. */
const SUM_WITHIN_MS = 600_000;

type Node = ReturnType<typeof nodesOf>[number];

/**
 * Detects that the clock of a Redis was set forward, or that a replica with a faster clock has taken its place.
 * A period without answers from Redis counts as well, because holders could not renew their leases then.
 */
export interface ClockWatch {
  /**
   * Redis's time in milliseconds, and the nodes of a cluster that did not answer. Must be called regularly, because it
   * compares each reading with the one before.
   */
  read(): Promise<{ now: number; silent: ReadonlySet<Node> }>;
  /** The last step that `read` has detected. */
  lastStep(): ForwardStep;
}

/**
 * The last forward step of a clock, or silence of Redis. After it, leases may seem to be over although their holders
 * are alive. Both fields are 0 if there was none.
 */
export interface ForwardStep {
  /** Its length in milliseconds, including earlier steps of the last ten minutes. */
  byMs: number;
  /** Milliseconds since it was detected. */
  agoMs: number;
}

interface Reading {
  redis: number;
  /** From before the request, so that a pause of this process before it saw the reply does not count as a step. */
  sentAt: number;
  answeredAt: number;
}

/** @param everyMs how often `read` will be called */
export function createClockWatch(redis: Redis, everyMs: number): ClockWatch {
  const readings = new Map<string, Reading>();
  let last: Reading | undefined;
  let forward = { byMs: 0, at: 0 };
  let step = forward;

  async function readOf(node: Node): Promise<Reading> {
    const address = addressOf(node);
    const sentAt = performance.now();
    const [seconds, micros] = await node.time();
    const answeredAt = performance.now();
    const reading = { redis: Number(seconds) * 1_000 + Number(micros) / 1_000, sentAt, answeredAt };
    const before = readings.get(address) ?? last;
    const setForwardMs = before ? reading.redis - before.redis - (answeredAt - before.sentAt) : 0;
    const silentMs = before ? answeredAt - before.answeredAt - 2 * everyMs : 0;
    const recentMs = answeredAt - forward.at < SUM_WITHIN_MS ? forward.byMs : 0;
    if (setForwardMs > MIN_STEP_MS) {
      step = forward = { byMs: recentMs + setForwardMs, at: answeredAt };
    } else if (silentMs > MIN_STEP_MS) {
      // Silences do not add up, because holders renew their leases in between.
      step = { byMs: recentMs + silentMs, at: answeredAt };
    }
    readings.set(address, reading);
    return reading;
  }

  return {
    async read() {
      const silent = new Set<Node>();
      const ask = async (node: Node): Promise<Reading | undefined> => {
        if (!isCluster(redis)) return readOf(node);
        return within(READ_TIMEOUT_MS, readOf(node)).catch(() => void silent.add(node));
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
