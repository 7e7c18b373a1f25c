import { scanKeys, type Redis } from '@chatlane/redis';
import { deploymentKeys, partitionKeys } from '../keys.js';
import { PARTITIONS, type Partitions } from '../partitions.js';
import { FIXED, readClaim, requireStopped } from './deployment-claim.js';
import { createMover, type Place } from './upgrade-mover.js';

/** What one run of an upgrade has done. */
export interface Upgrade {
  /** The previous number of partitions. Undefined when there was nothing to do. */
  from: number | undefined;
  /** Keys of the deployment that this run has visited. */
  scanned: number;
  /** Those of them that it has moved or copied. */
  moved: number;
}

/** Options of an upgrade. */
export interface UpgradeOptions {
  /** Stops the upgrade after the current step; a later run continues from there. Default: never. */
  signal?: AbortSignal;
}

/**
 * Moves mail, states, journals, sessions and dead letters of every lane, and keeps the marks of seen update_ids. In
 * 0.1.0, the operator chose the number of partitions, one by default. See `upgrade` of `Deployment`.
 */
export async function upgradeDeployment(
  redis: Redis,
  target: Partitions,
  { signal }: UpgradeOptions = {},
): Promise<Upgrade> {
  const { name } = target;
  const begun = await begin(redis, name);
  const done = { from: begun?.from, scanned: 0, moved: 0 };
  if (begun === undefined) return done;
  const { from, known } = begun;
  const mover = createMover(redis, target, known);
  const step = async (found: readonly Place[]): Promise<void> => {
    const moved = await Promise.all(found.map((place) => mover.move(place)));
    done.scanned += found.length;
    done.moved += moved.filter(Boolean).length;
    signal?.throwIfAborted();
  };
  // A process of 0.1.0 that was cut off may come back. Without the claims, its pushes are refused.
  for (let partition = 0; partition < from; partition += 1) {
    await redis.del(`${partitionKeys(name, partition).prefix}:claim`);
  }
  for await (const keys of scanKeys(redis, `{${name}:*`)) {
    await step(keys.flatMap((key) => mover.placeOf(key)));
  }
  await mover.clear();
  const { partitions, upgrade } = deploymentKeys(name);
  await redis.multi().set(partitions, FIXED).del(upgrade).exec();
  return done;
}

/** Sets the marker that keeps processes from starting. `from`: previous partitions; `known`: how many may have keys. */
async function begin(
  redis: Redis,
  name: string,
): Promise<{ from: number; known: number } | undefined> {
  const { upgrade } = deploymentKeys(name);
  const { oldPartitions, isUpgrading } = await readClaim(redis, name);
  if (oldPartitions === undefined) return undefined;
  // The marker first: a process that starts now sees it, and a process that started before is connected.
  if (!isUpgrading) await redis.set(upgrade, `${oldPartitions} ${PARTITIONS}`);
  try {
    await requireStopped(redis, name);
  } catch (error) {
    if (!isUpgrading) await redis.del(upgrade);
    throw error;
  }
  // 0.1.0 set the same marker while it changed the number of partitions. If it was interrupted, partitions of both
  // numbers have keys.
  const marked = ((await redis.get(upgrade)) ?? '').split(' ').map(Number);
  return { from: oldPartitions, known: Math.max(oldPartitions, PARTITIONS, ...marked) };
}
