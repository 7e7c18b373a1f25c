import type { Redis } from '@chatlane/redis';
import { readClaim, readUnfinishedRepartition } from './deployment-claim.js';
import { DeploymentRefused } from './deployment-refused.js';
import { deploymentKeys, partitionKeys, type PartitionKeys } from './keys.js';
import { createPartitions } from './partition.js';
import { createMover, type Place } from './partition-mover.js';
import { requireStopped } from './require-stopped.js';
import { scan } from './scan.js';

/** How far a repartition has come. */
export interface RepartitionProgress {
  /** Keys of the deployment looked at, and those of them that were moved or copied, in this run. */
  looked: number;
  moved: number;
}

export interface RepartitionOptions {
  /** The number of partitions there are to be. */
  to: number;
  /** Fires to stop after the step in hand; a later run goes on from there. */
  signal?: AbortSignal;
}

/**
 * Changes the number of partitions of a deployment none of whose processes runs: moves mail, states, sessions
 * and dead letters of every lane to where the new number looks for them, and has every partition know all
 * update_ids that were seen. May be interrupted anywhere and run again: until one run has come to its end,
 * no process of the deployment starts.
 *
 * @throws DeploymentRefused when processes of the deployment are connected, when it was never started, or
 *   when another change has not come to its end
 */
export async function repartition(
  redis: Redis,
  name: string,
  { to, signal }: RepartitionOptions,
  onProgress?: (progress: RepartitionProgress) => void,
): Promise<RepartitionProgress & { from: number; to: number }> {
  const progress: RepartitionProgress = { looked: 0, moved: 0 };
  const from = await begin(redis, name, to);
  if (from === to) return { ...progress, from, to };

  const target = createPartitions(name, to);
  const mover = createMover(redis, target, Math.max(from, to));
  const prefixes = new Map<string, PartitionKeys>();
  for (let partition = 0; partition < Math.max(from, to); partition += 1) {
    const keys = partitionKeys(name, partition);
    prefixes.set(keys.prefix, keys);
  }
  const step = async (found: readonly Place[]): Promise<void> => {
    const moved = await Promise.all(found.map((place) => mover.move(place)));
    progress.looked += found.length;
    progress.moved += moved.filter(Boolean).length;
    onProgress?.({ ...progress });
    signal?.throwIfAborted();
  };
  // A process that was cut off may come back: without the claims its pushes are refused.
  await Promise.all([...prefixes.values()].map(({ claim }) => redis.del(claim)));
  for await (const keys of scan(redis, `{${name}:*`)) {
    await step(keys.flatMap((key) => placeOf(key, prefixes)));
  }
  // What every partition has a copy of goes from where nobody looks any more, once all copies are made.
  for (const [prefix, keys] of prefixes) {
    if (!target.all.some((each) => each.prefix === prefix)) await mover.clear(keys);
  }
  const { partitions, repartition: marker } = deploymentKeys(name);
  await redis.set(partitions, to);
  await redis.del(marker);
  return { ...progress, from, to };
}

/** Sets the marker that keeps processes from starting, and answers the number of partitions before. */
async function begin(redis: Redis, name: string, to: number): Promise<number> {
  const { repartition: marker } = deploymentKeys(name);
  const unfinished = await readUnfinishedRepartition(redis, name);
  if (unfinished) {
    const { from, to: wanted } = unfinished;
    if (wanted !== to) {
      throw new DeploymentRefused(
        `${name} is on its way from ${from} to ${wanted} partitions: let that end first, with --to ${wanted}.`,
      );
    }
    // Whoever set the marker may not have come to look.
    await requireStopped(redis, name);
    return from;
  }
  const { partitions: from } = await readClaim(redis, name);
  if (from === undefined) {
    throw new DeploymentRefused(`${name} was never started: set PARTITIONS=${to} and start it.`);
  }
  if (from === to) return from;
  // The marker first: who starts now sees it, and who started before is connected.
  await redis.set(marker, `${from} ${to}`);
  try {
    await requireStopped(redis, name);
  } catch (error) {
    await redis.del(marker);
    throw error;
  }
  return from;
}

function placeOf(key: string, prefixes: ReadonlyMap<string, PartitionKeys>): Place[] {
  const end = key.indexOf('}:');
  const keys = prefixes.get(key.slice(0, end + 1));
  return keys ? [{ keys, key, rest: key.slice(end + 2) }] : [];
}
