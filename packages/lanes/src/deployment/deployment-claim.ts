import type { Redis } from '@chatlane/redis';
import { DeploymentRefused } from './deployment-refused.js';
import { deploymentKeys } from '../keys.js';

/** Not a number, so that a process of 0.1.0 sees a different partition count and does not start. */
export const FIXED = 'fixed';

/** Who claims a deployment. */
export interface ClaimOptions {
  /** Name of the deployment. */
  name: string;
  /** Numeric id of the bot: the part of its token before the colon. Undefined: the caller serves any bot. */
  botId?: string | undefined;
}

/** What is stored about a deployment as a whole. */
export interface DeploymentClaim {
  /** The number of partitions, if the data was written by version 0.1.0. */
  oldPartitions?: number;
  /** Undefined until the first process has claimed the deployment. */
  botId?: string;
  /** An upgrade has begun and not finished, so lanes may be in two places. */
  isUpgrading: boolean;
}

/**
 * Makes sure that the caller may work on the deployment. Every process must call this before it touches lanes: the
 * first one sets the bot, and all others must serve the same bot.
 *
 * @throws DeploymentRefused when the deployment belongs to another bot, or its data was written by version 0.1.0 and is
 *   not upgraded yet
 */
export async function claimDeployment(redis: Redis, { name, botId }: ClaimOptions): Promise<void> {
  const keys = deploymentKeys(name);
  const known = await readClaim(redis, name);
  if (known.isUpgrading) throw new DeploymentRefused(beingUpgraded(name));
  const isOld = (await agree(redis, keys.partitions, FIXED)) !== FIXED;
  if (isOld) throw new DeploymentRefused(needsUpgrade(name));
  const owner =
    known.botId ?? (botId === undefined ? undefined : await agree(redis, keys.bot, botId));
  if (botId !== undefined && owner !== botId) {
    throw new DeploymentRefused(
      `CHATLANE_NAME: ${name} in this Redis belongs to bot ${owner}, but BOT_TOKEN is of bot ${botId}. ` +
        `Give each bot its own CHATLANE_NAME. If bot ${botId} is to take over from bot ${owner}, ` +
        'stop every process and run `chatlane-ops adopt`.',
    );
  }
}

/** Reads what is stored about the deployment, without claiming it. */
export async function readClaim(redis: Redis, name: string): Promise<DeploymentClaim> {
  const keys = deploymentKeys(name);
  const [partitions, botId, upgrade] = await redis.mget(keys.partitions, keys.bot, keys.upgrade);
  return {
    ...(partitions != null && partitions !== FIXED && { oldPartitions: Number(partitions) }),
    ...(botId != null && { botId }),
    isUpgrading: upgrade != null,
  };
}

/** Stores a value unless there is one, and returns the stored one. */
async function agree(redis: Redis, key: string, value: string): Promise<string> {
  await redis.setnx(key, value);
  return (await redis.get(key)) ?? value;
}

function needsUpgrade(name: string): string {
  return (
    `The data of ${name} was written by an older version of Chatlane and has to be upgraded. ` +
    'Stop every process, run `chatlane-ops upgrade`, and start again.'
  );
}

function beingUpgraded(name: string): string {
  return (
    `The data of ${name} is being upgraded. ` +
    'Wait until `chatlane-ops upgrade` has finished; run it again if it was interrupted.'
  );
}
