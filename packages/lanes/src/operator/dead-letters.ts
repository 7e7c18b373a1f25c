import { sessionKey } from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import { decodeEnvelope } from '../envelope.js';
import type { PartitionKeys } from '../keys.js';
import type { Partitions } from '../partitions.js';
import type { WakeUps } from '../wake-ups.js';
import { byLane, selectDeadLetters, type DeadLetterFilter } from './dead-letter-selection.js';
import { replayScript } from './scripts.js';

/** An event that was given up, with its whole body. Times are Redis times in milliseconds. */
export interface DeadLetter {
  /** The update_id in digits, or `e-` and the percent-encoded id of an internal event. */
  id: string;
  /** The lane in which it was given up. */
  lane: string;
  /** The event's kind. */
  kind: string;
  /** When it entered the mailbox. */
  arrivedAt: number;
  /** When it was given up. */
  buriedAt: number;
  /** How many attempts were charged. */
  attempts: number;
  /** The error of the last attempt. */
  error: { name: string; message: string; stack?: string };
  /** The body of the event, byte for byte as it arrived. */
  raw: Buffer;
  /** JSON of the event's session as it is now. Undefined when there is none. */
  session: string | undefined;
}

/** What an operator can do with dead letters. */
export interface DeadLetters {
  /** How many match. Default: all. */
  count(filter?: DeadLetterFilter): Promise<number>;
  /** The letters that match, by default the 100 oldest, the oldest first. */
  list(
    limit?: number,
    filter?: DeadLetterFilter,
    order?: 'oldest' | 'newest',
  ): Promise<DeadLetter[]>;
  /** Undefined when no letter has this id. */
  get(id: string): Promise<DeadLetter | undefined>;
  /**
   * Puts a dead letter back at the front of its lane. The event gets all its attempts again and counts as newly
   * arrived. Resolves to false when no letter has this id.
   */
  replay(id: string): Promise<boolean>;
  /**
   * Replays all letters that match. Those of one lane go back together, in the order in which they should have been
   * handled, so that none can run before an earlier one. Resolves to how many were replayed.
   *
   * @param pace called after each lane with the number replayed so far; the next lane waits for it. If it throws, the
   *   replay stops
   */
  replayAll(filter: DeadLetterFilter, pace?: (replayed: number) => Promise<void>): Promise<number>;
  /** Deletes a dead letter. Resolves to false when no letter has this id. */
  drop(id: string): Promise<boolean>;
  /** Deletes all letters that match. Resolves to how many. */
  dropAll(filter: DeadLetterFilter): Promise<number>;
}

/** The keys of `replay.lua` for letters of one lane. */
export function replayKeys(keys: PartitionKeys, lane: string, ids: readonly string[]): string[] {
  return [
    keys.mail(lane),
    keys.lane(lane),
    keys.waking,
    keys.paused,
    keys.oldest,
    keys.dead,
    keys.deadOf(lane),
    ...ids.map((id) => keys.deadLetter(id)),
  ];
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
    const { replayed, wakeAt } = await replayScript.run(redis, replayKeys(keys, lane, ids), [
      lane,
      ...ids,
    ]);
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
        return (await selectDeadLetters(redis, partitions, filter)).length;
      }
      const counts = await Promise.all(partitions.all.map((keys) => redis.zcard(keys.dead)));
      return counts.reduce((sum, each) => sum + each, 0);
    },
    async list(limit = 100, filter = {}, order = 'oldest') {
      const first = await selectDeadLetters(redis, partitions, filter, limit, order);
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
      for (const [lane, letters] of byLane(await selectDeadLetters(redis, partitions, filter))) {
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
      const chosen = await selectDeadLetters(redis, partitions, filter);
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
