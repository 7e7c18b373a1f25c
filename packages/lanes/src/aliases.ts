import { groupLane } from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import type { Partitions } from './partitions.js';

/** How long the process trusts that a group has not migrated, and how many answers it keeps. */
const TRUST_MS = 60_000;
const KEPT_ANSWERS = 10_000;

/** Where migrated groups are now, as far as the deployment knows; answers are kept in the process. */
export interface Aliases {
  /** The supergroup that a basic group has become; undefined: it has not, or nobody here saw it. */
  find(chatId: number): Promise<number | undefined>;
}

export function createAliases(redis: Redis, partitions: Partitions): Aliases {
  const known = new Map<number, { newChatId: number | undefined; untilMs: number }>();
  return {
    async find(chatId) {
      const kept = known.get(chatId);
      if (kept && (kept.newChatId !== undefined || performance.now() < kept.untilMs)) {
        return kept.newChatId;
      }
      const lane = groupLane(chatId);
      const to = await redis.hget(partitions.of(lane).moved, lane);
      const newChatId = to === null ? undefined : Number(to.slice(to.indexOf(':') + 1));
      if (known.size >= KEPT_ANSWERS) known.clear();
      known.set(chatId, { newChatId, untilMs: performance.now() + TRUST_MS });
      return newChatId;
    },
  };
}
