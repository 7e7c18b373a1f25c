import type { Redis } from '@chatlane/redis';
import { SHARDS, type BroadcastKeys } from './keys.js';
import { findChatsScript } from './scripts.js';

/** How many of the hashes are searched at once. */
const STEP = 64;

/** Known chats with certain properties. All of them must apply. A segment without any is every private chat. */
export interface Segment {
  /** Seen within this many days, where 1 is today. */
  readonly activeDays?: number;
  /** The language of the user's Telegram, such as `ru`; `pt` includes `pt-br`. Known of private chats only. */
  readonly language?: string;
  /** A tag that the bot has given them. */
  readonly tag?: string;
  /** Default: `private`. */
  readonly chats?: 'private' | 'groups' | 'all';
}

/** Yields the ids of a segment's chats. @throws TypeError when the segment is invalid */
export async function* findChats(
  { redis, keys }: { redis: Redis; keys: BroadcastKeys },
  { activeDays = 0, language = '', tag = '', chats = 'private' }: Segment,
): AsyncGenerator<number> {
  if (!Number.isInteger(activeDays) || activeDays < 0) {
    throw new TypeError('activeDays must be a whole number.');
  }
  for (let from = 0; from < SHARDS; from += STEP) {
    const args = [from, STEP, activeDays, language.toLowerCase(), tag, chats];
    yield* await findChatsScript.run(redis, keys.scope, args);
  }
}

/**
 * Reads a segment such as `active=30,language=ru,tag=beta,chats=all`.
 *
 * @throws TypeError that names what is wrong
 */
export function readSegment(text: string): Segment {
  const segment: { -readonly [K in keyof Segment]: Segment[K] } = {};
  for (const part of text.split(',')) {
    const [, name = '', value = ''] = /^(\w+)=([\w-]+)$/.exec(part.trim()) ?? [];
    if (name === 'active' && /^[1-9]\d{0,4}$/.test(value)) segment.activeDays = Number(value);
    else if (name === 'language') segment.language = value;
    else if (name === 'tag') segment.tag = value;
    else if (name === 'chats' && ['private', 'groups', 'all'].includes(value)) {
      segment.chats = value as 'private' | 'groups' | 'all';
    } else {
      throw new TypeError(
        'A segment consists of active=<days>, language=<code>, tag=<tag> and chats=private|groups|all, separated by commas.',
      );
    }
  }
  return segment;
}
