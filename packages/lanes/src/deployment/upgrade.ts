import type { Redis } from '@chatlane/redis';
import { FIXED, readClaim } from './deployment-claim.js';
import { deploymentKeys, partitionKeys } from '../keys.js';
import { createPartitions, PARTITIONS } from '../partitions.js';
import { createMover, type Place } from './upgrade-mover.js';
import { requireStopped } from './require-stopped.js';
import { scan } from '../scan.js';

/** Progress of an upgrade. */
export interface UpgradeProgress {
  /** Keys of the deployment that this run has visited, and those of them that it has moved or copied. */
  scanned: number;
  moved: number;
}

/**
 * Moves the data of a stopped deployment from the partitions of version 0.1.0, whose number the operator chose (one by
 * default), to those of this version. Moves mail, states, journals, sessions and dead letters of every lane, and keeps
 * the marks of seen update_ids. May be interrupted at any point and run again; no process of the deployment starts
 * until a run has finished.
 *
 * @param options.signal abort it to stop after the current step; a later run continues from there
 * @returns `from`: the previous number of partitions; undefined when there was nothing to do
 * @throws DeploymentRefused when processes of the deployment are connected
 */
export async function upgradeDeployment(
  redis: Redis,
  name: string,
  { signal }: { signal?: AbortSignal } = {},
  onProgress?: (progress: UpgradeProgress) => void,
): Promise<UpgradeProgress & { from: number | undefined }> {
  const progress: UpgradeProgress = { scanned: 0, moved: 0 };
  const begun = await begin(redis, name);
  if (begun === undefined) return { ...progress, from: undefined };
  const { from, known } = begun;

  const target = createPartitions(redis, name);
  const mover = createMover(redis, target, known);
  const step = async (found: readonly Place[]): Promise<void> => {
    const moved = await Promise.all(found.map((place) => mover.move(place)));
    progress.scanned += found.length;
    progress.moved += moved.filter(Boolean).length;
    onProgress?.({ ...progress });
    signal?.throwIfAborted();
  };
  // A process of 0.1.0 that was cut off may come back. Without the claims, its pushes are refused.
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
