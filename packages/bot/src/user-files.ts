import type { Shared } from '@chatlane/middleware';
import { z } from 'zod';

const userFile = z.object({
  /** The same for the same file, whoever sends it. */
  id: z.string(),
  /** What the bot sends it with. */
  fileId: z.string(),
  kind: z.enum(['document', 'photo', 'video', 'animation', 'audio', 'voice']),
  name: z.string(),
});

/** A file that a user sent to the bot: Telegram keeps it, the bot remembers its id and name. */
export type UserFile = z.infer<typeof userFile>;

export interface UserFiles {
  /** Remembering the same file again, as a repeated turn does, changes nothing. */
  remember(userId: number, file: UserFile, sentAt: number): Promise<void>;
  /** Those of a user whose name has all the words, newest first. */
  search(userId: number, words: string, limit: number): Promise<UserFile[]>;
}

const MOST_FILES = 200;
const KEPT_SECONDS = 90 * 24 * 60 * 60;

/**
 * An index for each user, beside the lanes as inline queries have none: `{<name>}:files:<user>`, a sorted set of JSON
 * by the time it was sent. The newest 200 are kept, for 90 days after the last one.
 */
export function createRedisUserFiles({ redis, name }: Shared): UserFiles {
  const keyOf = (userId: number): string => `{${name}}:files:${userId}`;
  return {
    async remember(userId, file, sentAt) {
      const key = keyOf(userId);
      await redis
        .multi()
        .zadd(key, sentAt, JSON.stringify(userFile.parse(file)))
        .zremrangebyrank(key, 0, -MOST_FILES - 1)
        .expire(key, KEPT_SECONDS)
        .exec();
    },
    async search(userId, words, limit) {
      const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
      const found = new Map<string, UserFile>();
      for (const json of await redis.zrange(keyOf(userId), '0', '-1', 'REV')) {
        const file = userFile.parse(JSON.parse(json));
        const fits = wanted.every((word) => file.name.toLowerCase().includes(word));
        if (fits && !found.has(file.id)) found.set(file.id, file);
        if (found.size === limit) break;
      }
      return [...found.values()];
    },
  };
}
