import type { Redis } from '@chatlane/redis';
import { deploymentKeys, partitionKeys } from './keys.js';

/** The process must not work on the deployment: it would look for lanes where they are not. */
export class PartitionsRefused extends Error {
  override readonly name = 'PartitionsRefused';
}

/**
 * How many partitions a deployment has; undefined: it has not been started yet.
 * One from before the count was stored has 1.
 */
export async function readPartitionCount(redis: Redis, name: string): Promise<number | undefined> {
  const stored = await redis.get(deploymentKeys(name).partitions);
  if (stored !== null) return Number(stored);
  return (await redis.exists(partitionKeys(name, 0).epoch)) === 1 ? 1 : undefined;
}

/** A change of the count that has begun and not come to its end: no process starts, and lanes are in two places. */
export async function readUnfinishedRepartition(
  redis: Redis,
  name: string,
): Promise<{ from: number; to: number } | undefined> {
  const marker = await redis.get(deploymentKeys(name).repartition);
  if (marker === null) return undefined;
  const [from, to] = marker.split(' ').map(Number) as [number, number];
  return { from, to };
}

/**
 * Every process that touches lanes calls this once before it does: the first one of a deployment
 * fixes the number of partitions, all others must have the same.
 *
 * @throws PartitionsRefused when the deployment has another count, or it is being changed
 */
export async function claimPartitions(redis: Redis, name: string, count = 1): Promise<void> {
  const keys = deploymentKeys(name);
  const moving = await readUnfinishedRepartition(redis, name);
  if (moving) {
    const { from, to } = moving;
    throw new PartitionsRefused(
      `PARTITIONS: ${name} is on its way from ${from} to ${to} partitions. ` +
        `Let \`ops repartition --to ${to}\` end first (run it again if it was interrupted), then start with PARTITIONS=${to}.`,
    );
  }
  const known = await readPartitionCount(redis, name);
  if (known === undefined || known === count) await redis.setnx(keys.partitions, count);
  const agreed = known ?? Number(await redis.get(keys.partitions));
  if (agreed === count) return;
  throw new PartitionsRefused(
    `PARTITIONS is ${count}, but ${name} has ${agreed} partitions in Redis. ` +
      `Set PARTITIONS=${agreed}, or stop every process and run \`ops repartition --to ${count}\`.`,
  );
}
