import { createDeadDownloads, type DeadDownloads } from '@chatlane/downloads';
import { createOperator, readPartitionCount, type Operator } from '@chatlane/lanes';
import { connectRedis, within, type Redis } from '@chatlane/redis';
import type { OpsConfig } from './config.js';
import { Refusal } from './refusal.js';

/** How long a Redis may take to answer for the first time. */
const WAIT_MS = 5_000;

/** A deployment to work on. */
export interface Deployment {
  name: string;
  redis: Redis;
  /** As Redis has it stored, else as configured. */
  partitions: number;
  operator: Operator;
  deadDownloads: DeadDownloads;
  /** Redis's clock in milliseconds: the times of lanes and letters are by it. */
  now(): Promise<number>;
  close(): Promise<void>;
}

/** @throws Refusal when Redis does not answer; a password in its address is not shown */
export async function openDeployment(config: OpsConfig): Promise<Deployment> {
  const { name } = config;
  let last: Error | undefined;
  const redis = connectRedis({
    url: config.redisUrl,
    name: `${name}-ops`,
    whenDown: 'wait',
    onError: (error) => (last = error),
  });
  try {
    await within(WAIT_MS, redis.ping(), () => late);
  } catch (error) {
    redis.disconnect();
    const reason = innermost(error === late ? (last ?? late) : error);
    throw new Refusal(`REDIS_URL: Redis does not answer (${reason}).`, 1, { cause: last });
  }
  const partitions = (await readPartitionCount(redis, name)) ?? config.partitions;
  const operator = createOperator({ redis, name, partitions });
  const deadDownloads = createDeadDownloads({ redis, name });
  return {
    name,
    redis,
    partitions,
    operator,
    deadDownloads,
    async now() {
      const [seconds, micros] = await redis.time();
      return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
    },
    async close() {
      await Promise.all([operator.close(), deadDownloads.close()]);
      redis.disconnect();
    },
  };
}

const late = new Error('no answer');

/** Of a cluster whose nodes all failed, the last one's error says most. */
function innermost(error: unknown): string {
  const { message, lastNodeError } = error as Error & { lastNodeError?: Error };
  return lastNodeError?.message ?? message;
}
