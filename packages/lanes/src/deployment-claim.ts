import type { Redis } from '@chatlane/redis';
import { DeploymentRefused } from './deployment-refused.js';
import { deploymentKeys } from './keys.js';

/** No number: a process of 0.1.0 takes it for a deployment split in another way, and does not start. */
export const FIXED = 'fixed';

export interface ClaimOptions {
  /** Name of the deployment. */
  name: string;
  /** Numeric id of the bot: its token up to the colon. Undefined: the caller works for any bot. */
  botId?: string | undefined;
}

/** What is stored of a deployment as a whole; a field is undefined before the first process has claimed it. */
export interface DeploymentClaim {
  /** Of a deployment as 0.1.0 left it: into how many partitions its lanes are split. */
  oldPartitions?: number;
  botId?: string;
  /** An upgrade was begun and has not ended: lanes are in two places. */
  isUpgrading: boolean;
}

/**
 * Makes sure that the caller may work on the deployment. Every process that touches lanes calls this before it does: the
 * first one fixes the bot, all others must have the same.
 *
 * @throws DeploymentRefused when the deployment has another bot, or its data was written by a version that kept it in
 *   other places, or is being carried over from these
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
        `Give each bot a CHATLANE_NAME of its own; if bot ${botId} is to take over from bot ${owner}, ` +
        'stop every process and run `chatlane-ops adopt`.',
    );
  }
}

/** Reads what the deployment is; changes nothing. */
export async function readClaim(redis: Redis, name: string): Promise<DeploymentClaim> {
  const keys = deploymentKeys(name);
  const [partitions, botId, upgrade] = await redis.mget(keys.partitions, keys.bot, keys.upgrade);
  return {
    ...(partitions != null && partitions !== FIXED && { oldPartitions: Number(partitions) }),
    ...(botId != null && { botId }),
    isUpgrading: upgrade != null,
  };
}

/** Stores a value unless there is one, and answers what is stored. */
async function agree(redis: Redis, key: string, value: string): Promise<string> {
  await redis.setnx(key, value);
  return (await redis.get(key)) ?? value;
}

function needsUpgrade(name: string): string {
  return (
    `The data of ${name} was written by an older version of Chatlane, which kept it in other places. ` +
    'Stop every process, run `chatlane-ops upgrade`, and start again.'
  );
}

function beingUpgraded(name: string): string {
  return (
    `The data of ${name} is being upgraded. ` +
    'Let `chatlane-ops upgrade` end first; run it again if it was interrupted.'
  );
}
