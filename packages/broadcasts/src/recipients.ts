import type { Redis } from '@chatlane/redis';
import type { BroadcastKeys } from './keys.js';
import { fetchScript } from './scripts.js';

/** How many recipients are read at once. */
const BATCH = 256;

/** One recipient of a broadcast. */
export interface Recipient {
  readonly index: number;
  readonly chatId: number;
}

/** Reads the recipients from `from` on that have no outcome yet, in batches, so that memory does not grow with the audience. */
export async function* pendingRecipients(
  { redis, keys }: { redis: Redis; keys: BroadcastKeys },
  id: number,
  { from, size }: { from: number; size: number },
): AsyncGenerator<Recipient> {
  for (let start = from; start < size; start += BATCH) {
    const { audience, outcomes } = await fetchScript.run(redis, keys.scope, [id, start, BATCH]);
    for (let offset = 0; offset < outcomes.length; offset += 1) {
      if (outcomes[offset] !== 0) continue;
      yield { index: start + offset, chatId: audience.readDoubleBE(offset * 8) };
    }
  }
}
