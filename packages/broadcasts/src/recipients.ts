import type { Redis } from '@chatlane/redis';
import type { BroadcastKeys } from './keys.js';
import { fetchScript } from './scripts.js';

/** How many recipients are read at once. */
const BATCH = 256;

/** One recipient of a broadcast. */
export interface Recipient {
  readonly index: number;
  readonly chatId: number;
  /** `''` when it is not known. */
  readonly language: string;
  /** Why nothing is sent to it; empty if it is not skipped. */
  readonly skip: '' | 'blocked' | 'opted-out';
}

/** Reads the recipients without an outcome from `from` on, in batches: memory does not grow with the audience. */
export async function* pendingRecipients(
  { redis, keys }: { redis: Redis; keys: BroadcastKeys },
  id: number,
  { from, size, topic }: { from: number; size: number; topic: string },
): AsyncGenerator<Recipient> {
  for (let start = from; start < size; start += BATCH) {
    const args = [id, start, BATCH, topic];
    const { audience, outcomes, known } = await fetchScript.run(redis, keys.scope, args);
    let next = 0;
    for (let offset = 0; offset < outcomes.length; offset += 1) {
      if (outcomes[offset] !== 0) continue;
      yield {
        index: start + offset,
        chatId: audience.readDoubleBE(offset * 8),
        language: known[next] ?? '',
        skip: known[next + 1] as Recipient['skip'],
      };
      next += 2;
    }
  }
}
