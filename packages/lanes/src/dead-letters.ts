import type { Redis } from '@chatlane/redis';
import { decodeEnvelope } from './envelope.js';
import type { PartitionKeys } from './keys.js';
import type { Partitions } from './partition.js';
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
  /** JSON of the event's session when it was buried. */
  session: string | undefined;
}

export interface DeadLetters {
  count(): Promise<number>;
  /** The oldest first. */
  list(limit?: number): Promise<DeadLetter[]>;
  /**
   * Puts a dead letter back at the front of its lane, with all its attempts and a new life.
   * False: there is none of that id.
   */
  replay(id: string): Promise<boolean>;
  /** Forgets a dead letter. False: there is none of that id. */
  drop(id: string): Promise<boolean>;
}

export function createDeadLetters(
  redis: Redis,
  partitions: Partitions,
  wakeUps: WakeUps,
): DeadLetters {
  async function find(id: string): Promise<{ keys: PartitionKeys; lane: string } | undefined> {
    for (const keys of partitions.all) {
      const lane = await redis.hget(keys.deadLetter(id), 'lane');
      if (lane !== null) return { keys, lane };
    }
    return undefined;
  }

  return {
    async count() {
      const counts = await Promise.all(partitions.all.map((keys) => redis.zcard(keys.dead)));
      return counts.reduce((sum, each) => sum + each, 0);
    },
    async list(limit = 100) {
      const letters: DeadLetter[] = [];
      for (const keys of partitions.all) {
        for (const id of await redis.zrange(keys.dead, '0', String(limit - 1))) {
          const fields = await redis.hgetallBuffer(keys.deadLetter(id));
          if (fields['envelope']) letters.push(read(id, fields));
        }
      }
      return letters.sort((a, b) => a.buriedAt - b.buriedAt).slice(0, limit);
    },
    async replay(id) {
      const found = await find(id);
      if (!found) return false;
      const { keys, lane } = found;
      const { found: stored, wakeAt } = await replayScript.run(
        redis,
        [
          keys.mail(lane),
          keys.lane(lane),
          keys.waking,
          keys.paused,
          keys.oldest,
          keys.dead,
          keys.deadLetter(id),
        ],
        [lane, id],
      );
      if (wakeAt !== undefined) await wakeUps.wake(lane, wakeAt);
      return stored;
    },
    async drop(id) {
      const found = await find(id);
      if (!found) return false;
      await redis.multi().zrem(found.keys.dead, id).del(found.keys.deadLetter(id)).exec();
      return true;
    },
  };
}

function read(id: string, fields: Record<string, Buffer>): DeadLetter {
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
    session: fields['session']?.toString(),
  };
}
