import { nodesOf, type Redis } from '@chatlane/redis';

/** Counters that only grow; the difference between two readings is the throughput in between. */
export interface Throughput {
  /** Redis time of the reading, in milliseconds. */
  at: number;
  /** Updates pushed to lanes, including duplicates. */
  pushed: number;
  /** Events that were committed or given up. */
  settled: number;
}

/**
 * Reads the counters from Redis's own command statistics, which cost the lanes nothing: a push calls SETBIT, and the
 * end of an event calls LTRIM. Other users of the same Redis, such as another bot, are counted too.
 */
export async function readThroughput(redis: Redis): Promise<Throughput> {
  const [stats, time] = await Promise.all([
    Promise.all(nodesOf(redis).map((node) => node.info('commandstats'))),
    redis.time(),
  ]);
  const calls = (command: string): number => {
    const line = new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm');
    return stats.reduce((sum, text) => sum + Number(line.exec(text)?.[1] ?? 0), 0);
  };
  return {
    at: Number(time[0]) * 1_000 + Math.floor(Number(time[1]) / 1_000),
    pushed: calls('setbit'),
    settled: calls('ltrim'),
  };
}
