import type { Redis } from '@chatlane/redis';
import { readEntry } from './outbox.js';
import { partitionKeys, WAKE_QUEUE, type PartitionKeys } from './keys.js';
import type { Partitions } from './partition.js';

/** A key of a partition; `rest` is its name behind the hash tag. */
export interface Place {
  keys: PartitionKeys;
  key: string;
  rest: string;
}

/** Brings single keys to where the new number of partitions looks for them. Every step may be repeated. */
export interface Mover {
  /** True: there was something to do. */
  move(place: Place): Promise<boolean>;
  /** Forgets the copies of a partition that is no longer one. */
  clear(keys: PartitionKeys): Promise<void>;
}

/** `known`: how many partitions may have keys, before and after. */
export function createMover(redis: Redis, target: Partitions, known: number): Mover {
  const { name } = target;
  const everywhere = Array.from({ length: known }, (_, index) => partitionKeys(name, index));
  const copied = new Set<string>();

  /** Whole, with its time to live: first there, then gone from here. */
  async function moveKey(from: string, to: string): Promise<boolean> {
    if (from === to) return false;
    const [dump, lifeMs] = await Promise.all([redis.dumpBuffer(from), redis.pttl(from)]);
    if (!dump) return false;
    await redis.restore(to, Math.max(lifeMs, 0), dump, 'REPLACE');
    await redis.del(from);
    return true;
  }

  /** Each member of a zset to the same zset of its lane's partition. */
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

  /** Every partition gets the bits of all: which one saw an update_id is not told by the bitmap. */
  async function copyBitmap(rest: string): Promise<boolean> {
    const sources = everywhere.map(({ prefix }) => `${prefix}:${rest}`);
    const found = await Promise.all(
      sources.map(async (key) => [await redis.getBuffer(key), await redis.pttl(key)] as const),
    );
    const union = Buffer.alloc(Math.max(...found.map(([bits]) => bits?.length ?? 0)));
    for (const [bits] of found) bits?.forEach((byte, index) => (union[index]! |= byte));
    const lifeMs = Math.max(...found.map(([, life]) => life));
    if (lifeMs <= 0) return false;
    const all = target.all.map(({ prefix }) => redis.set(`${prefix}:${rest}`, union, 'PX', lifeMs));
    await Promise.all(all);
    return true;
  }

  /** What does not tell its lane, and is forgotten after a while, is copied to every partition. */
  async function copyKey({ key, rest }: Place): Promise<boolean> {
    const [dump, lifeMs] = await Promise.all([redis.dumpBuffer(key), redis.pttl(key)]);
    if (!dump) return false;
    const places = target.all.map(({ prefix }) => `${prefix}:${rest}`).filter((to) => to !== key);
    await Promise.all(places.map((to) => redis.restore(to, Math.max(lifeMs, 0), dump, 'REPLACE')));
    return true;
  }

  /** Each lane of a hash to the same hash of its own partition. */
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

  /** No partition may give a fence again that was given in another. */
  async function raiseEpochs({ key }: Place): Promise<boolean> {
    const given = await redis.get(key);
    for (const { epoch } of target.all) {
      if (Number(await redis.get(epoch)) < Number(given)) await redis.set(epoch, given!);
    }
    return true;
  }

  /** A count of the whole deployment: it is read as the sum over the partitions, so the first may hold it all. */
  async function addUp({ key, rest }: Place): Promise<boolean> {
    const sum = `${target.all[0]!.prefix}:${rest}`;
    if (key === sum) return false;
    const count = await redis.getdel(key);
    if (count !== null) await redis.incrby(sum, count);
    return count !== null;
  }

  function copyOf(rest: string, copy: () => Promise<boolean>): Promise<boolean> {
    if (copied.has(rest)) return Promise.resolve(false);
    copied.add(rest);
    return copy();
  }

  return {
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
          return copyOf(rest, () => copyBitmap(rest));
        case 'once':
        case 'arrived':
          return copyOf(rest, () => copyKey(place));
        case 'moved':
          return moveFields(place);
        case 'dropped':
          return addUp(place);
        case 'epoch':
          return raiseEpochs(place);
        case 'claim':
        case WAKE_QUEUE:
          // Processes claim at their start. Wake-ups are hints: the sweep wakes every lane whose wake-up is gone.
          return (await redis.del(key)) === 1;
        default:
          throw new Error(`${keys.prefix} has a key that no partition has: ${kind}.`);
      }
    },
    async clear(keys) {
      await redis.del(keys.epoch);
      for (const rest of copied) await redis.del(`${keys.prefix}:${rest}`);
    },
  };
}

/** A session key is its lane, a colon, and whatever the bot put behind it. */
export function laneOfSession(sessionKey: string): string {
  const known = /^(?:[cgpx]:[^:]*|(?:b|express):[^:]*:[^:]*)(?=:)/.exec(sessionKey);
  return known ? known[0] : sessionKey.slice(0, sessionKey.lastIndexOf(':'));
}
