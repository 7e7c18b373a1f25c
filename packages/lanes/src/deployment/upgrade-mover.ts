import type { Redis } from '@chatlane/redis';
import { laneOfSession, partitionKeys, type PartitionKeys } from '../keys.js';
import type { Partitions } from '../partitions.js';
import { readEntry } from '../turn/outbox.js';

/** A key of a partition; `rest` is the part of its name after the hash tag. */
export interface Place {
  keys: PartitionKeys;
  key: string;
  rest: string;
}

/** Moves single keys to where this version expects them. Every step may be repeated. */
export interface Mover {
  /** Empty for a key that is not in a partition. */
  placeOf(key: string): Place[];
  /** Resolves to whether there was anything to move. */
  move(place: Place): Promise<boolean>;
  /** Deletes the originals of keys that were copied, once all copies are made. */
  clear(): Promise<void>;
}

/** @param known how many partitions may have keys, before or after the upgrade */
export function createMover(redis: Redis, target: Partitions, known: number): Mover {
  const everywhere = Array.from({ length: known }, (_, index) => partitionKeys(target.name, index));
  const byPrefix = new Map(everywhere.map((keys) => [keys.prefix, keys]));
  /** Prefixes of keys that belong to no single lane: those of all partitions, or the shared one on a single Redis. */
  const shared = [...new Set(target.all.map(({ scope: [prefix] }) => prefix))];
  const copied = new Set<string>();

  /** Moves a key with its time to live: copies it first, then deletes the original. */
  async function moveKey(from: string, to: string): Promise<boolean> {
    if (from === to) return false;
    const moved = await copyKey(from, [to]);
    if (moved) await redis.del(from);
    return moved;
  }

  async function copyKey(from: string, places: readonly string[]): Promise<boolean> {
    const [dump, lifeMs] = await Promise.all([redis.dumpBuffer(from), redis.pttl(from)]);
    if (!dump) return false;
    await Promise.all(places.map((to) => redis.restore(to, Math.max(lifeMs, 0), dump, 'REPLACE')));
    return true;
  }

  /** Moves each member of a zset to the same zset in the partition of its lane. */
  async function moveMembers(
    { key, rest, keys }: Place,
    laneOf: (member: string) => string = (lane) => lane,
  ): Promise<boolean> {
    const members = await redis.zrange(key, '0', '-1', 'WITHSCORES');
    let moved = false;
    for (let index = 0; index < members.length; index += 2) {
      const [member, score] = [members[index]!, members[index + 1]!];
      const { prefix } = target.of(laneOf(member));
      if (prefix === keys.prefix) continue;
      await redis.zadd(`${prefix}:${rest}`, score, member);
      await redis.zrem(key, member);
      moved = true;
    }
    return moved;
  }

  async function moveDeadLetter({ key, keys }: Place, id: string): Promise<boolean> {
    const lane = await redis.hget(key, 'lane');
    if (lane === null) return false;
    const there = target.of(lane);
    if (there.prefix === keys.prefix) return false;
    const buriedAt = await redis.zscore(keys.dead, id);
    if (buriedAt !== null) await redis.zadd(there.dead, buriedAt, id);
    await moveKey(key, there.deadLetter(id));
    await redis.zrem(keys.dead, id);
    return true;
  }

  /** Merges the bitmaps of all partitions, because a bit does not say which lane its update_id belongs to. */
  async function copyBitmap(rest: string): Promise<boolean> {
    const sources = new Set([...everywhere.map(({ prefix }) => prefix), ...shared]);
    const found = await Promise.all(
      [...sources].map(async (prefix) => {
        const key = `${prefix}:${rest}`;
        return [await redis.getBuffer(key), await redis.pttl(key)] as const;
      }),
    );
    const union = Buffer.alloc(Math.max(...found.map(([bits]) => bits?.length ?? 0)));
    for (const [bits] of found) bits?.forEach((byte, index) => (union[index]! |= byte));
    const lifeMs = Math.max(...found.map(([, life]) => life));
    if (lifeMs <= 0) return false;
    await Promise.all(shared.map((prefix) => redis.set(`${prefix}:${rest}`, union, 'PX', lifeMs)));
    return true;
  }

  /** Moves each lane of a hash to the same hash in the lane's partition. */
  async function moveFields({ key, rest, keys }: Place): Promise<boolean> {
    let moved = false;
    for (const [lane, value] of Object.entries(await redis.hgetall(key))) {
      const { prefix } = target.of(lane);
      if (prefix === keys.prefix) continue;
      await redis.hset(`${prefix}:${rest}`, lane, value);
      await redis.hdel(key, lane);
      moved = true;
    }
    return moved;
  }

  /** Adds up a counter in the first partition; it is always read as the sum over all partitions. */
  async function addUp({ key, rest }: Place): Promise<boolean> {
    const sum = `${target.all[0]!.prefix}:${rest}`;
    if (key === sum) return false;
    const count = await redis.getdel(key);
    if (count !== null) await redis.incrby(sum, count);
    return count !== null;
  }

  function copyOnce(rest: string, copy: () => Promise<boolean>): Promise<boolean> {
    if (copied.has(rest)) return Promise.resolve(false);
    copied.add(rest);
    return copy();
  }

  return {
    placeOf(key) {
      const end = key.indexOf('}:');
      const keys = byPrefix.get(key.slice(0, end + 1));
      return keys ? [{ keys, key, rest: key.slice(end + 2) }] : [];
    },
    async move(place) {
      const { key, rest, keys } = place;
      const kind = /^[^:]*/.exec(rest)![0];
      const tail = rest.slice(kind.length + 1);
      switch (kind) {
        case 'mail':
        case 'lane':
        case 'users':
        case 'dead-of':
        case 'effects':
          return moveKey(key, `${target.of(tail).prefix}:${rest}`);
        case 'session':
          return moveKey(key, `${target.of(laneOfSession(tail)).prefix}:${rest}`);
        case 'waking':
        case 'moving':
        case 'held':
        case 'resting':
        case 'paused':
        case 'oldest':
          return moveMembers(place);
        case 'outbox':
          return moveMembers(place, (entry) => readEntry(entry)?.lane ?? entry);
        case 'dead':
          return tail === '' ? false : moveDeadLetter(place, tail);
        case 'seen':
          return copyOnce(rest, () => copyBitmap(rest));
        case 'once':
          return copyOnce(rest, () => copyKey(key, others(shared, place)));
        case 'arrived': {
          const prefixes = target.all.map(({ prefix }) => prefix);
          return copyOnce(rest, () => copyKey(key, others(prefixes, place)));
        }
        case 'moved':
          return moveFields(place);
        case 'dropped':
          return addUp(place);
        case 'epoch':
        case 'claim':
        case 'wake':
          // No longer used. Wake-ups are hints: the sweep wakes every lane that has lost its wake-up.
          return (await redis.del(key)) === 1;
        default:
          throw new Error(`${keys.prefix} contains a key of an unknown kind: ${kind}.`);
      }
    },
    async clear() {
      const prefixes = everywhere.map(({ prefix }) => prefix);
      for (const rest of copied) {
        const kept = rest.startsWith('arrived:') ? target.all.map(({ prefix }) => prefix) : shared;
        const gone = prefixes.filter((prefix) => !kept.includes(prefix));
        await Promise.all(gone.map((prefix) => redis.del(`${prefix}:${rest}`)));
      }
    },
  };
}

function others(prefixes: readonly string[], { key, rest }: Place): string[] {
  return prefixes.map((prefix) => `${prefix}:${rest}`).filter((to) => to !== key);
}
