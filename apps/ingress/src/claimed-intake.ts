import { claimPartitions, PartitionsRefused } from '@chatlane/lanes';
import type { Redis } from '@chatlane/redis';
import type { IntakePort } from './store.js';

/** An intake that stores nothing before the deployment's number of partitions was found to be ours. */
export interface ClaimedIntake extends IntakePort {
  /** Claims the partitions, once. Redis being away is no reason to fail: the first push tries again. @throws PartitionsRefused */
  start(): Promise<void>;
  /** Whether Redis was met and the partitions are ours. */
  isClaimed(): Promise<boolean>;
}

export function createClaimedIntake(
  intake: IntakePort,
  options: { redis: Redis; name: string; partitions: number },
): ClaimedIntake {
  const { redis, name, partitions } = options;
  let claimed = false;
  let claiming: Promise<void> | undefined;

  function claim(): Promise<void> {
    return (claiming ??= claimPartitions(redis, name, partitions)
      .then(() => void (claimed = true))
      .finally(() => (claiming = undefined)));
  }

  return {
    async push(update, raw, limits) {
      if (!claimed) await claim();
      return intake.push(update, raw, limits);
    },
    async park(raw, reason) {
      if (!claimed) await claim();
      return intake.park(raw, reason);
    },
    async start() {
      await claim().catch((error: unknown) => {
        if (error instanceof PartitionsRefused) throw error;
      });
    },
    async isClaimed() {
      if (!claimed) await claim().catch(() => undefined);
      return claimed;
    },
  };
}
