import { createBroadcasts, type Broadcasts } from '@chatlane/broadcasts';
import { createDeadDownloads, type DeadDownloads } from '@chatlane/downloads';
import { openDeployment, type Deployment } from '@chatlane/lanes';
import { connectionFailed, connectRedis, readRedisUrl, within } from '@chatlane/redis';
import type { OpsConfig } from './config.js';
import { Refusal } from './refusal.js';

/** How long Redis may take to answer for the first time. */
const WAIT_MS = 5_000;

/** How long one node of a cluster may take to report why it is unreachable. */
const NODE_WAIT_MS = 1_000;

/** The deployment and what is known about it. */
export interface OpenDeployment {
  deployment: Deployment;
  /** Numeric id of the bot that owns it; undefined before a process has claimed it. */
  botId: string | undefined;
  /** Whether data of an older version has to be migrated, or was migrated in part. */
  upgrade: 'none' | 'needed' | 'unfinished';
  deadDownloads: DeadDownloads;
  broadcasts: Broadcasts;
  close(): Promise<void>;
}

/** @throws Refusal when Redis does not answer; the error does not contain the URL's password */
export async function connectDeployment(config: OpsConfig): Promise<OpenDeployment> {
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
  const deployment = openDeployment({ redis, name });
  const { oldPartitions, isUpgrading, botId } = await deployment.readClaim();
  const deadDownloads = createDeadDownloads({ redis, name });
  const broadcasts = createBroadcasts({ redis, name });
  return {
    deployment,
    botId,
    upgrade: isUpgrading ? 'unfinished' : oldPartitions === undefined ? 'none' : 'needed',
    deadDownloads,
    broadcasts,
    async close() {
      await Promise.all([deployment.close(), deadDownloads.close(), broadcasts.close()]);
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
