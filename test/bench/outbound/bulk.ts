import { setTimeout as sleep } from 'node:timers/promises';
import { READ_EVERY_MS, type Call, type OutboundSystem } from './system.js';

/** Messages per second that Telegram, and the simulator, allow in all chats together. */
const ALLOWED_PER_SECOND = 30;
/** The number of concurrent broadcasts, each to the same number of chats; they are started from different processes. */
const BROADCASTS = 8;
const FIRST_AUDIENCE = 10_000;
const FIRST_OPERATOR = 900;

export interface BulkOutcome {
  /** Messages delivered per second, relative to the allowed rate. */
  share: number;
  /** Calls answered 429 more than a second after the first call. */
  refusedLater: number;
  lost: number;
  doubled: number;
}

/** Broadcasts one message to each of `chats` chats, in eight concurrent parts. */
export async function measureBulk(system: OutboundSystem, chats: number): Promise<BulkOutcome> {
  const each = Math.ceil(chats / BROADCASTS);
  const audience = Array.from({ length: each * BROADCASTS }, (_, index) => FIRST_AUDIENCE + index);
  await system.openChats(audience);
  for (let part = 0; part < BROADCASTS; part += 1) {
    const first = FIRST_AUDIENCE + part * each;
    await system.say(FIRST_OPERATOR + part, `broadcast ${first} ${each}`);
  }
  const read = async (): Promise<Call[]> =>
    (await system.sends()).filter(({ params }) => params.text?.startsWith('bulk-'));
  await untilNothingMoves(read, audience.length);
  return outcomeOf(await read(), audience);
}

/** Milliseconds without progress before the bench stops waiting; longer than any wait for Telegram's limits. */
const STILL_MS = 15_000;

/** Resolves when each chat has its message, or when no call was made or answered for a while. */
async function untilNothingMoves(read: () => Promise<Call[]>, expected: number): Promise<void> {
  let last = '';
  let since = performance.now();
  while (performance.now() - since < STILL_MS) {
    await sleep(READ_EVERY_MS);
    const calls = await read();
    const arrived = new Set(calls.filter(({ ok }) => ok).map(({ chat_id }) => chat_id)).size;
    if (arrived === expected) return;
    const now = `${calls.length} ${arrived}`;
    if (now !== last) since = performance.now();
    last = now;
  }
}

function outcomeOf(calls: readonly Call[], audience: readonly number[]): BulkOutcome {
  const delivered = calls.filter(({ ok }) => ok);
  const from = Math.min(...calls.map(({ started_at }) => started_at));
  const to = Math.max(...delivered.map(({ ended_at = from }) => ended_at));
  const reached = new Set(delivered.map(({ chat_id }) => chat_id));
  return {
    share: (reached.size * 1_000) / (to - from) / ALLOWED_PER_SECOND,
    refusedLater: calls.filter(
      ({ status, started_at }) => status === 429 && started_at > from + 1_000,
    ).length,
    lost: audience.length - reached.size,
    doubled: delivered.length - reached.size,
  };
}
