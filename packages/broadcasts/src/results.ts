import type { Redis } from '@chatlane/redis';
import type { BroadcastKeys } from './keys.js';
import { readOutcome, type Outcome } from './outcomes.js';
import { fetchScript } from './scripts.js';

/** How many recipients are read at once. */
const BATCH = 4_096;

/** The outcome for one recipient. */
export interface RecipientResult {
  /** The recipient. */
  readonly chatId: number;
  /** Not final while the broadcast runs. */
  readonly outcome: Outcome;
  /** Telegram's description of a failure. */
  readonly why: string | undefined;
}

/** Reads the outcomes of all recipients, in batches. */
export async function* readResults(
  redis: Redis,
  keys: BroadcastKeys,
  id: number,
): AsyncGenerator<RecipientResult> {
  const [size, stored] = await Promise.all([
    redis.hget(keys.broadcast(id), 'size'),
    redis.hgetall(keys.reasons(id)),
  ]);
  let reasons = reasonsByCode(stored);
  for (let start = 0; start < Number(size); start += BATCH) {
    const { audience, outcomes } = await fetchScript.run(redis, keys.scope, [id, start, BATCH, '']);
    // A reason may have been added since the first read.
    if (outcomes.some((code) => code >= 16 && !reasons.has(code))) {
      reasons = reasonsByCode(await redis.hgetall(keys.reasons(id)));
    }
    for (let offset = 0; offset < audience.length / 8; offset += 1) {
      const chatId = audience.readDoubleBE(offset * 8);
      yield { chatId, ...readOutcome(outcomes[offset] ?? 0, reasons) };
    }
  }
}

function reasonsByCode(stored: Record<string, string>): Map<number, string> {
  return new Map(Object.entries(stored).map(([why, code]) => [Number(code), why]));
}
