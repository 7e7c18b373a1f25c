import type { Redis } from '@chatlane/redis';
import { deploymentKeys } from './keys.js';
import { lookAtOutbox, sumOfLooks, type OutboxLook } from './outbox-look.js';
import { createPartitions } from './partition.js';
import { nowScript } from './scripts.js';

/** How a deployment's lanes stand, over all partitions. */
export interface LaneStats {
  waking: number;
  held: number;
  resting: number;
  paused: number;
  deadLetters: number;
  /** Dead letters dropped so far because there were too many (see `FailurePolicy`). */
  droppedLetters: number;
  /** Bodies acknowledged that could not go to a lane. */
  parked: number;
  /** Age in milliseconds of the oldest event at a lane's head; 0 when there is no mail. */
  oldestEventMs: number;
  /** What committed turns have asked for, and nobody has delivered yet. */
  outbox: OutboxLook;
}

/** The age is by Redis's clock. `partitions`: see `claimDeployment`; default 1. */
export async function readLaneStats(
  redis: Redis,
  name: string,
  partitions = 1,
): Promise<LaneStats> {
  const stats = {
    waking: 0,
    held: 0,
    resting: 0,
    paused: 0,
    deadLetters: 0,
    droppedLetters: 0,
    oldestEventMs: 0,
  };
  const looks: OutboxLook[] = [];
  const each = createPartitions(name, partitions).all.map(async (keys) => {
    const [waking, held, resting, paused, dead, dropped, oldest, now] = await Promise.all([
      redis.zcard(keys.waking),
      redis.zcard(keys.held),
      redis.zcard(keys.resting),
      redis.zcard(keys.paused),
      redis.zcard(keys.dead),
      redis.get(keys.dropped),
      redis.zrange(keys.oldest, '0', '0', 'WITHSCORES'),
      nowScript.run(redis, [keys.waking], []),
    ]);
    stats.waking += waking;
    stats.held += held;
    stats.resting += resting;
    stats.paused += paused;
    stats.deadLetters += dead;
    stats.droppedLetters += Number(dropped ?? 0);
    const age = oldest[1] === undefined ? 0 : Math.max(0, now - Number(oldest[1]));
    stats.oldestEventMs = Math.max(stats.oldestEventMs, age);
    looks.push(await lookAtOutbox(redis, keys, now));
  });
  const [parked] = await Promise.all([redis.llen(deploymentKeys(name).parked), ...each]);
  return { ...stats, parked, outbox: sumOfLooks(looks) };
}
