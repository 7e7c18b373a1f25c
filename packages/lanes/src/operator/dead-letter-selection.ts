import type { Redis } from '@chatlane/redis';
import type { PartitionKeys } from '../keys.js';
import type { Partitions } from '../partitions.js';

/** Selects dead letters; a filter without fields selects all. */
export interface DeadLetterFilter {
  /** The lane in which they were given up. */
  lane?: string;
  /** The name of the error with which they were given up. */
  error?: string;
}

/** Where a dead letter is stored, without its body. */
export interface DeadLetterRef {
  id: string;
  lane: string;
  buriedAt: number;
  keys: PartitionKeys;
}

/** Dead letters read at a time. */
const PAGE = 500;

/** The dead letters that match, at most `limit`, ordered by when they were buried. */
export async function selectDeadLetters(
  redis: Redis,
  partitions: Partitions,
  filter: DeadLetterFilter,
  limit = Infinity,
  order: 'oldest' | 'newest' = 'oldest',
): Promise<DeadLetterRef[]> {
  const within = filter.lane === undefined ? partitions.all : [partitions.of(filter.lane)];
  const chosen = await Promise.all(
    within.map((keys) => selectIn(redis, keys, filter, limit, order)),
  );
  const sign = order === 'oldest' ? 1 : -1;
  return chosen
    .flat()
    .sort((a, b) => sign * (a.buriedAt - b.buriedAt))
    .slice(0, limit);
}

async function selectIn(
  redis: Redis,
  keys: PartitionKeys,
  filter: DeadLetterFilter,
  limit: number,
  order: 'oldest' | 'newest',
): Promise<DeadLetterRef[]> {
  const chosen: DeadLetterRef[] = [];
  for (let start = 0; chosen.length < limit; start += PAGE) {
    const range = [keys.dead, String(start), String(start + PAGE - 1)] as const;
    const ids = await (order === 'oldest' ? redis.zrange(...range) : redis.zrevrange(...range));
    const found = await Promise.all(ids.map((id) => matching(redis, keys, id, filter)));
    chosen.push(...found.filter((ref) => ref !== undefined));
    if (ids.length < PAGE) break;
  }
  return chosen;
}

/** Groups letters by lane, those of each lane in the order in which they should have been handled. */
export function byLane(letters: readonly DeadLetterRef[]): Map<string, DeadLetterRef[]> {
  const lanes = new Map<string, DeadLetterRef[]>();
  for (const letter of letters) {
    const others = lanes.get(letter.lane);
    if (others) others.push(letter);
    else lanes.set(letter.lane, [letter]);
  }
  for (const [lane, ofLane] of lanes) lanes.set(lane, inLaneOrder(ofLane));
  return lanes;
}

async function matching(
  redis: Redis,
  keys: PartitionKeys,
  id: string,
  filter: DeadLetterFilter,
): Promise<DeadLetterRef | undefined> {
  const [lane, error, buriedAt] = await redis.hmget(
    keys.deadLetter(id),
    'lane',
    'error',
    'buriedAt',
  );
  if (!lane || (filter.lane !== undefined && lane !== filter.lane)) return undefined;
  if (filter.error !== undefined) {
    const { name } = JSON.parse(error ?? '{}') as { name?: string };
    if (name !== filter.error) return undefined;
  }
  return { id, lane, buriedAt: Number(buriedAt), keys };
}

/**
 * Updates are ordered by id, because one that was replayed and given up again is buried late. Internal events stay
 * where the time of their burial puts them.
 */
function inLaneOrder(letters: readonly DeadLetterRef[]): DeadLetterRef[] {
  const isUpdate = ({ id }: DeadLetterRef): boolean => /^\d+$/.test(id);
  const byBurial = [...letters].sort((a, b) => a.buriedAt - b.buriedAt);
  const updates = byBurial.filter(isUpdate).sort((a, b) => Number(a.id) - Number(b.id));
  return byBurial.map((letter) => (isUpdate(letter) ? updates.shift()! : letter));
}
