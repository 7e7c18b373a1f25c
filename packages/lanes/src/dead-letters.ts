import { sessionKey } from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import { byLane, chooseLetters, type DeadLetterFilter } from './dead-letter-choice.js';
import { decodeEnvelope } from './envelope.js';
import type { PartitionKeys } from './keys.js';
import type { Partitions } from './partitions.js';
import { replayScript } from './scripts.js';
import type { WakeUps } from './wake-ups.js';

/** An event that was given up, kept whole. Times are Redis times in milliseconds. */
export interface DeadLetter {
  /** The update_id in digits; of an internal event `e-` and its id, percent-encoded. */
  id: string;
  lane: string;
  kind: string;
  arrivedAt: number;
  buriedAt: number;
  attempts: number;
  error: { name: string; message: string; stack?: string };
  /** The event as it came, byte for byte. */
  raw: Buffer;
  /** JSON of the event's session as it is now; undefined: there is none. */
  session: string | undefined;
}

export interface DeadLetters {
  count(filter?: DeadLetterFilter): Promise<number>;
  /** The oldest first, or the newest. */
  list(
    limit?: number,
    filter?: DeadLetterFilter,
    order?: 'oldest' | 'newest',
  ): Promise<DeadLetter[]>;
  /** Undefined: there is none of that id. */
  get(id: string): Promise<DeadLetter | undefined>;
  /**
   * Puts a dead letter back at the front of its lane, with all its attempts and a new life.
   * False: there is none of that id.
   */
  replay(id: string): Promise<boolean>;
  /**
   * Replays all that fit. Those of one lane go back together, in the order in which they were to be handled, so
   * that none of them can run before an earlier one. Answers how many.
   *
   * @param pace called after each lane with the number replayed so far; the next lane waits for it. Throws to stop.
   */
  replayAll(filter: DeadLetterFilter, pace?: (replayed: number) => Promise<void>): Promise<number>;
  /** Forgets a dead letter. False: there is none of that id. */
  drop(id: string): Promise<boolean>;
  /** Forgets all that fit; answers how many. */
  dropAll(filter: DeadLetterFilter): Promise<number>;
}

export function createDeadLetters(
  redis: Redis,
  partitions: Partitions,
  wakeUps: WakeUps,
): DeadLetters {
  async function find(id: string): Promise<{ keys: PartitionKeys; lane: string } | undefined> {
    const found = await Promise.all(
      partitions.all.map(async (keys) => ({
        keys,
        lane: await redis.hget(keys.deadLetter(id), 'lane'),
      })),
    );
    for (const { keys, lane } of found) if (lane !== null) return { keys, lane };
    return undefined;
  }

  async function readLetter(id: string, keys: PartitionKeys): Promise<DeadLetter | undefined> {
    const fields = await redis.hgetallBuffer(keys.deadLetter(id));
    if (!fields['envelope']) return undefined;
    const { sessionUser, ...letter } = read(id, fields);
    if (sessionUser === undefined) return { ...letter, session: undefined };
    const session = await redis.get(keys.session(sessionKey(letter.lane, sessionUser)));
    return { ...letter, session: session ?? undefined };
  }

  async function replayTogether(lane: string, keys: PartitionKeys, ids: string[]): Promise<number> {
    const { replayed, wakeAt } = await replayScript.run(
      redis,
      [
        keys.mail(lane),
        keys.lane(lane),
        keys.waking,
        keys.paused,
        keys.oldest,
        keys.dead,
        keys.deadOf(lane),
        ...ids.map((id) => keys.deadLetter(id)),
      ],
      [lane, ...ids],
    );
    if (wakeAt !== undefined) await wakeUps.wake(lane, wakeAt);
    return replayed;
  }

  async function forget(keys: PartitionKeys, lane: string, id: string): Promise<void> {
    await redis
      .multi()
      .zrem(keys.dead, id)
      .zrem(keys.deadOf(lane), id)
      .del(keys.deadLetter(id))
      .exec();
  }

  return {
    async count(filter) {
      if (filter?.lane !== undefined || filter?.error !== undefined) {
        return (await chooseLetters(redis, partitions, filter)).length;
      }
      const counts = await Promise.all(partitions.all.map((keys) => redis.zcard(keys.dead)));
      return counts.reduce((sum, each) => sum + each, 0);
    },
    async list(limit = 100, filter = {}, order = 'oldest') {
      const first = await chooseLetters(redis, partitions, filter, limit, order);
      const letters = await Promise.all(first.map(({ id, keys }) => readLetter(id, keys)));
      return letters.filter((letter) => letter !== undefined);
    },
    async get(id) {
      const found = await find(id);
      return found && readLetter(id, found.keys);
    },
    async replay(id) {
      const found = await find(id);
      return found !== undefined && (await replayTogether(found.lane, found.keys, [id])) > 0;
    },
    async replayAll(filter, pace) {
      let replayed = 0;
      for (const [lane, letters] of byLane(await chooseLetters(redis, partitions, filter))) {
        const ids = letters.map(({ id }) => id);
        replayed += await replayTogether(lane, letters[0]!.keys, ids);
        await pace?.(replayed);
      }
      return replayed;
    },
    async drop(id) {
      const found = await find(id);
      if (found) await forget(found.keys, found.lane, id);
      return found !== undefined;
    },
    async dropAll(filter) {
      const chosen = await chooseLetters(redis, partitions, filter);
      for (const { keys, lane, id } of chosen) await forget(keys, lane, id);
      return chosen.length;
    },
  };
}

function read(
  id: string,
  fields: Record<string, Buffer>,
): Omit<DeadLetter, 'session'> & { sessionUser: string | undefined } {
  const text = (field: string): string => fields[field]?.toString() ?? '';
  const envelope = decodeEnvelope(fields['envelope'] ?? Buffer.alloc(0));
  return {
    id,
    lane: text('lane'),
    kind: envelope.kind,
    arrivedAt: envelope.arrivedAt,
    buriedAt: Number(text('buriedAt')),
    attempts: Number(text('attempts')),
    error: JSON.parse(text('error')) as DeadLetter['error'],
    raw: envelope.raw,
    sessionUser: envelope.sessionUser,
  };
}
