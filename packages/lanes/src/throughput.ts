import { nodesOf, type Redis } from '@chatlane/redis';

/** Counters that only grow; the difference of two readings is what went through in between. */
export interface Throughput {
  /** Redis time of the reading, in milliseconds. */
  at: number;
  /** Updates offered to lanes, repeated ones among them. */
  pushed: number;
  /** Events done with: committed or given up. */
  settled: number;
}

/**
 * Reads the counters from Redis's own statistics, which cost the lanes nothing: a push sets one bit, and the end
 * of an event trims its mailbox. Whatever else does these on the same Redis is counted too, another bot for example.
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
