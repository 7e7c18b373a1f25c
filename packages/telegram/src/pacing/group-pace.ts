/**
 * Telegram's FAQ allows 20 messages per minute to the same group; according to python-telegram-bot's wiki the same
 * applies to channels.
 */
const MESSAGES = 20;
const PER_MS = 60_000;

/** Full buckets are evicted once there are this many. */
const MAX_BUCKETS = 1_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

/** Paces messages to each group and channel: a burst of 20, then one every three seconds. */
export interface GroupPace {
  /** Milliseconds until this many messages may be sent; 0 when they may be sent now. */
  waitMs(chat: string, messages: number): number;
  /** Counts messages that are being sent. */
  take(chat: string, messages: number): void;
}

/** Counts in this process only: a chat's lane runs on one worker at a time, and a 429 corrects the remaining error. */
export function createGroupPace(): GroupPace {
  const buckets = new Map<string, Bucket>();

  function refilled(chat: string): Bucket {
    const now = performance.now();
    const { tokens, atMs } = buckets.get(chat) ?? { tokens: MESSAGES, atMs: now };
    return { tokens: Math.min(MESSAGES, tokens + ((now - atMs) * MESSAGES) / PER_MS), atMs: now };
  }

  return {
    waitMs(chat, messages) {
      // A call with more messages than a burst waits only until the bucket is full.
      const missing = Math.min(messages, MESSAGES) - refilled(chat).tokens;
      return missing <= 0 ? 0 : Math.ceil((missing * PER_MS) / MESSAGES);
    },
    take(chat, messages) {
      if (buckets.size >= MAX_BUCKETS) {
        for (const each of buckets.keys()) {
          if (refilled(each).tokens >= MESSAGES) buckets.delete(each);
        }
      }
      const bucket = refilled(chat);
      buckets.set(chat, { ...bucket, tokens: bucket.tokens - messages });
    },
  };
}
