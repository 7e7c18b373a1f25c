import { createHash } from 'node:crypto';
import type { Redis } from '@chatlane/redis';
import { deploymentKeys } from '../keys.js';

/** The maximum number of parked bodies. The oldest are dropped first. */
export const MAX_PARKED = 1_000;

/** A body that was acknowledged although it could not go to a lane. */
export interface ParkedBody {
  /** The first digits of a hash of its content and time. */
  id: string;
  /** Milliseconds since 1970, by the clock of the ingress. */
  parkedAt: number;
  /** For example `not JSON`. */
  reason: string;
  /** The body, byte for byte as it arrived. */
  raw: Buffer;
}

/** What an operator can do with parked bodies. */
export interface ParkedBodies {
  /** The number of parked bodies. */
  count(): Promise<number>;
  /** All bodies, the oldest first. Bodies may be dropped while iterating. */
  all(): AsyncIterable<ParkedBody>;
  /** Undefined when no body has this id. */
  get(id: string): Promise<ParkedBody | undefined>;
  /** Deletes a body. Resolves to false when it was already gone. */
  drop(body: ParkedBody): Promise<boolean>;
}

export function createParkedBodies(redis: Redis, name: string): ParkedBodies {
  const { parked } = deploymentKeys(name);

  /** New bodies enter at the other end of the list, so indexes counted from the old end stay valid. */
  const at = (place: number): Promise<Buffer | null> => redis.lindexBuffer(parked, -1 - place);

  async function* all(): AsyncGenerator<ParkedBody> {
    let place = 0;
    for (let entry = await at(place); entry; entry = await at(place)) {
      yield decode(entry);
      const there = await at(place);
      if (there?.equals(entry)) place += 1;
    }
  }

  return {
    count: () => redis.llen(parked),
    all,
    async get(id) {
      for await (const body of all()) if (body.id === id) return body;
      return undefined;
    },
    async drop({ parkedAt, reason, raw }) {
      return (await redis.lrem(parked, -1, encodeParked(parkedAt, reason, raw))) > 0;
    },
  };
}

/** Encodes a header line, then the body, byte for byte as it arrived. */
export function encodeParked(parkedAt: number, reason: string, raw: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${parkedAt}|${reason}\n`), raw]);
}

function decode(entry: Buffer): ParkedBody {
  const end = entry.indexOf(10);
  const [parkedAt, reason = ''] = entry.toString('utf8', 0, end).split('|');
  const id = createHash('sha256').update(entry).digest('hex').slice(0, 12);
  return { id, parkedAt: Number(parkedAt), reason, raw: entry.subarray(end + 1) };
}
