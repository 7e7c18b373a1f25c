import { createDeadDownloads, type DeadDownloads } from '@chatlane/downloads';
import { createOperator, readClaim, type Operator } from '@chatlane/lanes';
import { connectionFailed, connectRedis, readRedisUrl, within, type Redis } from '@chatlane/redis';
import type { OpsConfig } from './config.js';
import { Refusal } from './refusal.js';

/** How long Redis may take to answer for the first time. */
const WAIT_MS = 5_000;

/** How long one node of a cluster may take to report why it is unreachable. */
const NODE_WAIT_MS = 1_000;

/** An open deployment. */
export interface Deployment {
  name: string;
  redis: Redis;
  /** Numeric id of the bot that owns it; undefined before a process has claimed it. */
  botId: string | undefined;
  /** Whether data of an older version has to be migrated, or was migrated in part. */
  upgrade: 'none' | 'needed' | 'unfinished';
  operator: Operator;
  deadDownloads: DeadDownloads;
  /** Redis's clock in milliseconds, which the times of lanes and dead letters refer to. */
  now(): Promise<number>;
  close(): Promise<void>;
}

/** @throws Refusal when Redis does not answer, without the password in its address */
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
    const reason =
      error === late ? ((await reasonOfNode(config)) ?? last ?? late) : (error as Error);
    throw new Refusal(connectionFailed(reason).message, 1, { cause: reason });
  }
  const { oldPartitions, isUpgrading, botId } = await readClaim(redis, name);
  const operator = createOperator({ redis, name });
  const deadDownloads = createDeadDownloads({ redis, name });
  return {
    name,
    redis,
    botId,
    upgrade: isUpgrading ? 'unfinished' : oldPartitions === undefined ? 'none' : 'needed',
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

/** Why one unreachable node of a cluster failed: the cluster's own error contains only the number of nodes. */
async function reasonOfNode({ redisUrl, name }: OpsConfig): Promise<Error | undefined> {
  if (readRedisUrl(redisUrl).kind !== 'cluster') return undefined;
  const [first = ''] = redisUrl.split(',');
  let reason: Error | undefined;
  const node = connectRedis({
    url: first,
    name: `${name}-ops`,
    whenDown: 'wait',
    onError: (error) => (reason = error),
  });
  await within(NODE_WAIT_MS, node.ping(), () => late).catch((error: Error) => (reason ??= error));
  node.disconnect();
  return reason;
}
