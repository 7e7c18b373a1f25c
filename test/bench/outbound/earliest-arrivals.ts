/** Telegram's message limits, as in the simulator: a rate per second and a burst. */
const IN_A_CHAT = { perMs: 1 / 1_000, burst: 5 };
const IN_ALL = { perMs: 30 / 1_000, burst: 30 };

interface Bucket {
  tokens: number;
  at: number;
}

/** A message that is ready to be sent at `readyAt`. */
export interface ReadyMessage {
  chat: number;
  readyAt: number;
}

/** When each message would arrive if it were sent at the first moment that Telegram's limits allow. */
export function earliestArrivals(messages: readonly ReadyMessage[]): number[] {
  const chats = new Map<number, Bucket>();
  const all = { tokens: IN_ALL.burst, at: -Infinity };
  const order = [...messages.keys()].sort(
    (one, other) => messages[one]!.readyAt - messages[other]!.readyAt,
  );
  const arrivals: number[] = [];
  for (const index of order) {
    const { chat, readyAt } = messages[index]!;
    const own = chats.get(chat) ?? { tokens: IN_A_CHAT.burst, at: -Infinity };
    chats.set(chat, own);
    const at = Math.max(readyAt, freeAt(own, IN_A_CHAT, readyAt), freeAt(all, IN_ALL, readyAt));
    take(own, IN_A_CHAT, at);
    take(all, IN_ALL, at);
    arrivals[index] = at;
  }
  return arrivals;
}

type Rate = typeof IN_ALL;

function filled({ tokens, at }: Bucket, { perMs, burst }: Rate, now: number): number {
  return Math.min(burst, tokens + Math.max(0, now - at) * perMs);
}

function freeAt(bucket: Bucket, rate: Rate, now: number): number {
  const missing = 1 - filled(bucket, rate, Math.max(now, bucket.at));
  return Math.max(now, bucket.at) + Math.max(0, missing) / rate.perMs;
}

function take(bucket: Bucket, rate: Rate, at: number): void {
  bucket.tokens = filled(bucket, rate, at) - 1;
  bucket.at = at;
}
