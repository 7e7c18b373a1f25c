import type { Redis } from '@chatlane/redis';
import { FIXED, readClaim } from './deployment-claim.js';
import { deploymentKeys, partitionKeys } from './keys.js';
import { createPartitions, PARTITIONS } from './partitions.js';
import { createMover, type Place } from './upgrade-mover.js';
import { requireStopped } from './require-stopped.js';
import { scan } from './scan.js';

/** How far an upgrade has come. */
export interface UpgradeProgress {
  /** Keys of the deployment looked at, and those of them that were moved or copied, in this run. */
  looked: number;
  moved: number;
}

/**
 * Carries the data of a deployment none of whose processes runs over to where this version looks for it: 0.1.0 split the
 * lanes into a number of partitions of the operator's choice, one by default. Mail, states, journals, sessions and dead letters of
 * every lane are moved, and update_ids that were seen stay known. May be interrupted anywhere and run again: until
 * one run has come to its end, no process of the deployment starts.
 *
 * @param options.signal fires to stop after the step in hand; a later run goes on from there
 * @returns `from`: the number of partitions before; undefined: there was nothing to do
 * @throws DeploymentRefused when processes of the deployment are connected
 */
export async function upgradeDeployment(
  redis: Redis,
  name: string,
  { signal }: { signal?: AbortSignal } = {},
  onProgress?: (progress: UpgradeProgress) => void,
): Promise<UpgradeProgress & { from: number | undefined }> {
  const progress: UpgradeProgress = { looked: 0, moved: 0 };
  const begun = await begin(redis, name);
  if (begun === undefined) return { ...progress, from: undefined };
  const { from, known } = begun;

  const target = createPartitions(redis, name);
  const mover = createMover(redis, target, known);
  const step = async (found: readonly Place[]): Promise<void> => {
    const moved = await Promise.all(found.map((place) => mover.move(place)));
    progress.looked += found.length;
    progress.moved += moved.filter(Boolean).length;
    onProgress?.({ ...progress });
    signal?.throwIfAborted();
  };
  // A process of 0.1.0 that was cut off may come back: without the claims its pushes are refused.
  for (let partition = 0; partition < from; partition += 1) {
    await redis.del(`${partitionKeys(name, partition).prefix}:claim`);
  }
  for await (const keys of scan(redis, `{${name}:*`)) {
    await step(keys.flatMap((key) => mover.placeOf(key)));
  }
  await mover.clear();
  const { partitions, upgrade } = deploymentKeys(name);
  await redis.multi().set(partitions, FIXED).del(upgrade).exec();
  return { ...progress, from };
}

/** Sets the marker that keeps processes from starting. `from`: partitions before; `known`: how many may have keys. */
async function begin(
  redis: Redis,
  name: string,
): Promise<{ from: number; known: number } | undefined> {
  const { upgrade } = deploymentKeys(name);
  const { oldPartitions, isUpgrading } = await readClaim(redis, name);
  if (oldPartitions === undefined) return undefined;
  // The marker first: who starts now sees it, and who started before is connected.
  if (!isUpgrading) await redis.set(upgrade, `${oldPartitions} ${PARTITIONS}`);
  try {
    await requireStopped(redis, name);
  } catch (error) {
    if (!isUpgrading) await redis.del(upgrade);
    throw error;
  }
  // 0.1.0 set the same marker while it changed the number of partitions: cut off, it left lanes in those of both numbers.
  const marked = ((await redis.get(upgrade)) ?? '').split(' ').map(Number);
  return { from: oldPartitions, known: Math.max(oldPartitions, PARTITIONS, ...marked) };
}
