import { isCluster, type Redis } from '@chatlane/redis';
import { DeploymentRefused } from './deployment-refused.js';
import { deploymentKeys, partitionKeys, type PartitionKeys } from './keys.js';

/** Partitions that are asked for what the deployment has lost: on a cluster they lie on all masters. */
const ASKED = 64;

export interface ClaimOptions {
  /** Name of the deployment. */
  name: string;
  /** PARTITIONS of the process. Default 1. */
  partitions?: number | undefined;
  /** Numeric id of the bot: its token up to the colon. Undefined: the caller works for any bot. */
  botId?: string | undefined;
}

/** What a deployment is known to be; a field is undefined before the first process has claimed it. */
export interface DeploymentClaim {
  partitions?: number;
  botId?: string;
}

/**
 * Makes sure that the caller may work on the deployment. Every process that touches lanes calls this before it does: the
 * first one fixes the number of partitions and the bot, all others must have the same.
 *
 * @returns the claim as every partition holds a copy of it, for `pushScript` to compare
 * @throws DeploymentRefused when the deployment has another number of partitions or another bot, or is being changed
 */
export async function claimDeployment(
  redis: Redis,
  { name, partitions = 1, botId }: ClaimOptions,
): Promise<string> {
  const moving = await readUnfinishedRepartition(redis, name);
  if (moving) throw new DeploymentRefused(onItsWay(name, moving));
  const keys = deploymentKeys(name);
  const known = await readClaim(redis, name);
  if (known.partitions === undefined) await refuseTooFew(redis, name, partitions);

  const count = Number(await agree(redis, keys.partitions, known.partitions ?? partitions));
  if (count !== partitions) {
    throw new DeploymentRefused(
      `PARTITIONS is ${partitions}, but ${name} has ${count} partition${count === 1 ? '' : 's'} in Redis. ` +
        `Set PARTITIONS=${count}, or stop every process and run \`chatlane-ops repartition --to ${partitions}\`.`,
    );
  }
  const asked = known.botId ?? botId;
  const owner = asked === undefined ? undefined : await agree(redis, keys.bot, asked);
  if (botId !== undefined && owner !== botId) {
    throw new DeploymentRefused(
      `CHATLANE_NAME: ${name} in this Redis belongs to bot ${owner}, but BOT_TOKEN is of bot ${botId}. ` +
        `Give each bot a CHATLANE_NAME of its own; if bot ${botId} is to take over from bot ${owner}, ` +
        'stop every process and run `chatlane-ops adopt`.',
    );
  }
  const claim = `${count}|${owner ?? ''}`;
  const places = Array.from({ length: count }, (_, index) => partitionKeys(name, index).claim);
  await setAll(redis, places, claim);
  return claim;
}

/** Reads what the deployment is: from its own keys, or from the copy in any partition where Redis has lost these. */
export async function readClaim(redis: Redis, name: string): Promise<DeploymentClaim> {
  const keys = deploymentKeys(name);
  const [count, bot] = await Promise.all([redis.get(keys.partitions), redis.get(keys.bot)]);
  const own = claimOf(count, bot);
  if (own.partitions !== undefined && own.botId !== undefined) return own;
  const copies = await ofPartitions(redis, name, ({ claim }) => claim);
  const copied = copies.flatMap((copy) => (copy === null ? [] : [claimOf(...split(copy))]));
  const known = { ...(copied.find(({ botId }) => botId !== undefined) ?? copied[0]), ...own };
  if (known.partitions !== undefined) return known;
  // Lanes from before the number was stored: without it there was one partition.
  return (await highestPartition(redis, name)) === 0 ? { ...known, partitions: 1 } : known;
}

/** A change of the number of partitions that has begun and not ended: no process starts, and lanes are in two places. */
export async function readUnfinishedRepartition(
  redis: Redis,
  name: string,
): Promise<{ from: number; to: number } | undefined> {
  const marker = await redis.get(deploymentKeys(name).repartition);
  if (marker === null) return undefined;
  const [from, to] = marker.split(' ').map(Number) as [number, number];
  return { from, to };
}

/** Stores a value unless there is one, and answers what is stored. */
async function agree(redis: Redis, key: string, value: string | number): Promise<string> {
  await redis.setnx(key, value);
  return (await redis.get(key)) ?? String(value);
}

/** Nothing says how many partitions there are, but lanes that ran in one say how many there are at least. */
async function refuseTooFew(redis: Redis, name: string, partitions: number): Promise<void> {
  const least = (await highestPartition(redis, name)) + 1;
  if (partitions >= least) return;
  throw new DeploymentRefused(
    `PARTITIONS is ${partitions}, but ${name} has lanes in at least ${least} partitions in Redis, which has lost ` +
      'the number. Set PARTITIONS to what it was when the deployment was first started.',
  );
}

/** The highest partition in which lanes were opened, of those that are asked; -1: none was. */
async function highestPartition(redis: Redis, name: string): Promise<number> {
  const epochs = await ofPartitions(redis, name, ({ epoch }) => epoch);
  return epochs.findLastIndex((epoch) => epoch !== null);
}

/** Reads one key of each partition, in one command where Redis allows it. */
function ofPartitions(
  redis: Redis,
  name: string,
  keyOf: (keys: PartitionKeys) => string,
): Promise<(string | null)[]> {
  const keys = Array.from({ length: ASKED }, (_, index) => keyOf(partitionKeys(name, index)));
  return isCluster(redis) ? Promise.all(keys.map((key) => redis.get(key))) : redis.mget(keys);
}

async function setAll(redis: Redis, keys: readonly string[], value: string): Promise<void> {
  if (isCluster(redis)) await Promise.all(keys.map((key) => redis.set(key, value)));
  else await redis.mset(keys.flatMap((key) => [key, value]));
}

function split(copy: string): [count: string | null, bot: string | null] {
  const [count, bot] = copy.split('|');
  return [count || null, bot || null];
}

function claimOf(count: string | null, bot: string | null): DeploymentClaim {
  return {
    ...(count !== null && { partitions: Number(count) }),
    ...(bot !== null && { botId: bot }),
  };
}

function onItsWay(name: string, { from, to }: { from: number; to: number }): string {
  return (
    `PARTITIONS: ${name} is on its way from ${from} to ${to} partitions. ` +
    `Let \`chatlane-ops repartition --to ${to}\` end first (run it again if it was interrupted), then start with PARTITIONS=${to}.`
  );
}
