import { groupLane } from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import type { Partitions } from '../partitions.js';

/** How long "has not migrated" is cached. */
const TRUST_MS = 60_000;
/** The maximum number of cached groups. */
const MAX_CACHED = 10_000;

/** Looks up where migrated groups are now, as far as the deployment knows. Cached in the process. */
export interface Aliases {
  /** The supergroup that a basic group has become. Undefined when it has not migrated, or the deployment does not know of it. */
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
      if (known.size >= MAX_CACHED) known.clear();
      known.set(chatId, { newChatId, untilMs: performance.now() + TRUST_MS });
      return newChatId;
    },
  };
}
