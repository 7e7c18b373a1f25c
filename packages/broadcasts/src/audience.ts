import type { Redis } from '@chatlane/redis';
import type { BroadcastKeys } from './keys.js';
import { addRecipientsScript } from './scripts.js';
import { BroadcastError, requireState } from './states.js';

/** How many ids are sent to Redis at once. */
const BATCH = 1_000;

/** A Redis string holds 512 MiB: 64 million recipients. */
const MOST = 60_000_000;

/** @throws TypeError when something is not a chat id; BroadcastError when the audience cannot be changed */
export async function addRecipients(
  { redis, keys }: { redis: Redis; keys: BroadcastKeys },
  id: number,
  chatIds: Iterable<number> | AsyncIterable<number>,
): Promise<{ added: number; recipients: number }> {
  let added = 0;
  let recipients = 0;
  let given = 0;

  async function flush(batch: readonly number[]): Promise<void> {
    const reply = await addRecipientsScript.run(redis, keys.scope, [id, MOST, ...batch]);
    requireState(id, reply.state, ['draft', 'previewed'], 'changed');
    if (reply.size >= MOST) {
      throw new BroadcastError(`A broadcast has at most ${MOST} recipients; make two of them.`);
    }
    added += reply.added;
    recipients = reply.size;
  }

  let batch: number[] = [];
  for await (const chatId of chatIds) {
    given += 1;
    if (!Number.isSafeInteger(chatId) || chatId === 0) {
      throw new TypeError(`Recipient ${given} is not a chat id, which is a whole number.`);
    }
    batch.push(chatId);
    if (batch.length < BATCH) continue;
    await flush(batch);
    batch = [];
  }
  await flush(batch);
  return { added, recipients };
}
