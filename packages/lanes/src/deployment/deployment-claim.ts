import { connectionNames, scanKeys, type Redis } from '@chatlane/redis';
import { deploymentKeys } from '../keys.js';

/** Not a number, so that version 0.1.0 sees a different partition count and does not start. */
export const FIXED = 'fixed';

/** The processes of a deployment that write to its lanes. */
const PROCESSES = ['worker', 'ingress', 'downloader'];

/** The caller must not work on the deployment: it belongs to another bot, is in use, or has to be upgraded first. */
export class DeploymentRefused extends Error {
  override readonly name = 'DeploymentRefused';
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

/** See `claim` of `Deployment`. @throws DeploymentRefused */
export async function claimDeployment(redis: Redis, name: string, botId?: string): Promise<void> {
  const keys = deploymentKeys(name);
  const known = await readClaim(redis, name);
  if (known.isUpgrading) throw new DeploymentRefused(beingUpgraded(name));
  const isOld = (await agree(redis, keys.partitions, FIXED)) !== FIXED;
  if (isOld) throw new DeploymentRefused(needsUpgrade(name));
  const owner =
    known.botId ?? (botId === undefined ? undefined : await agree(redis, keys.bot, botId));
  if (botId !== undefined && owner !== botId) {
    throw new DeploymentRefused(
      `CHATLANE_NAME: ${name} in this Redis belongs to bot ${owner}, but BOT_TOKEN belongs to bot ${botId}. ` +
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

/** See `adopt` of `Deployment`. */
export async function adoptDeployment(
  redis: Redis,
  name: string,
  botId: string,
): Promise<{ from: string | undefined; to: string }> {
  const { botId: from, isUpgrading } = await readClaim(redis, name);
  if (isUpgrading) {
    throw new DeploymentRefused(
      `The data of ${name} is being upgraded: wait until \`chatlane-ops upgrade\` has finished.`,
    );
  }
  await requireStopped(redis, name);
  // The bot's id is stored last, so that the bot cannot start before all seen marks are deleted.
  for (const pattern of [`{${name}}:seen:*`, `{${name}:*}:seen:*`]) {
    for await (const keys of scanKeys(redis, pattern)) {
      await Promise.all(keys.map((key) => redis.del(key)));
    }
  }
  await redis.set(deploymentKeys(name).bot, botId);
  return { from, to: botId };
}

/** @throws DeploymentRefused while processes of the deployment are connected to any node */
export async function requireStopped(redis: Redis, name: string): Promise<void> {
  const ofProcesses = new Set(PROCESSES.map((process) => `${name}-${process}`));
  const running = (await connectionNames(redis)).flat().filter((own) => ofProcesses.has(own));
  if (running.length === 0) return;
  throw new DeploymentRefused(
    `${running.length} connections of ${name} are open (${[...new Set(running)].join(', ')}): stop its processes first.`,
  );
}

/** Stores the value if the key has none yet, and returns the value that is then stored. */
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
