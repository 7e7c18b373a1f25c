import type { Redis } from '@chatlane/redis';
import type { BroadcastContent } from './content.js';
import type { BroadcastKeys } from './keys.js';
import { outcomes, type Outcome } from './outcomes.js';
import { BroadcastError, type BroadcastState } from './states.js';

/** A broadcast as it is now. Times are Redis's, in milliseconds. */
export interface BroadcastStatus {
  /** Its number. */
  readonly id: number;
  /** Its current state. */
  readonly state: BroadcastState;
  /** What it sends. */
  readonly content: BroadcastContent;
  /** What chats can opt out of. */
  readonly topic: string;
  /** Whether it sends faster than the free rate, for Telegram Stars. */
  readonly paid: boolean;
  /** The most messages per second that this broadcast sends; 0 when it has no limit of its own. */
  readonly perSecond: number;
  /** The size of the audience. */
  readonly recipients: number;
  /** How many recipients have each outcome. They add up to `recipients`. */
  readonly counts: Readonly<Record<Outcome, number>>;
  /** Whether its author or its errors have paused it, and why. Undefined while it is not paused. */
  readonly paused: { readonly by: 'author' | 'errors'; readonly why: string } | undefined;
  /** When its draft was created. */
  readonly createdAt: number;
  /** When it starts; undefined before it is confirmed. */
  readonly startAt: number | undefined;
  /** When a runner took it for the first time. */
  readonly startedAt: number | undefined;
  /** When it was finished or cancelled. */
  readonly endedAt: number | undefined;
  /** When the last outcome was stored. */
  readonly lastAt: number | undefined;
}

/** @throws BroadcastError when it does not exist */
export async function readStatus(
  redis: Redis,
  keys: BroadcastKeys,
  id: number,
): Promise<BroadcastStatus> {
  const fields = await redis.hgetall(keys.broadcast(id));
  if (fields['state'] === undefined) throw new BroadcastError(`There is no broadcast ${id}.`);
  const count = (name: string): number => Number(fields[name] ?? 0);
  const time = (name: string): number | undefined =>
    fields[name] === undefined ? undefined : Number(fields[name]);
  const recipients = count('size');
  const counts = Object.fromEntries(outcomes.map((name) => [name, count(name)])) as Record<
    Outcome,
    number
  >;
  counts.pending = recipients - count('done') - counts.sending;
  const by = fields['pausedBy'];
  return {
    id,
    state: fields['state'] as BroadcastState,
    content: JSON.parse(fields['content'] ?? '{}') as BroadcastContent,
    topic: fields['topic'] ?? '',
    paid: fields['paid'] === '1',
    perSecond: count('rate'),
    recipients,
    counts,
    paused:
      by === undefined ? undefined : { by: by as 'author' | 'errors', why: fields['why'] ?? '' },
    createdAt: count('createdAt'),
    startAt: time('startAt'),
    startedAt: time('startedAt'),
    endedAt: time('endedAt'),
    lastAt: time('lastAt'),
  };
}
