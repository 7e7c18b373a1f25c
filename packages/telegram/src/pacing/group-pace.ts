/**
 * Telegram's FAQ: no more than 20 messages a minute to the same group; python-telegram-bot's wiki says the same of
 * channels.
 */
const MESSAGES = 20;
const PER_MS = 60_000;

/** Full buckets are forgotten when there are so many. */
const MAX_BUCKETS = 1_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

/** The pace of messages to each group and channel: a burst of 20, then one every three seconds. */
export interface GroupPace {
  /** Milliseconds until so many messages may be sent; 0: now. */
  waitMs(chat: string, messages: number): number;
  take(chat: string, messages: number): void;
}

/** Counted by this process alone: a chat's lane runs on one worker at a time, and a 429 corrects the rest. */
export function createGroupPace(): GroupPace {
  const buckets = new Map<string, Bucket>();

  function refilled(chat: string): Bucket {
    const now = performance.now();
    const { tokens, atMs } = buckets.get(chat) ?? { tokens: MESSAGES, atMs: now };
    return { tokens: Math.min(MESSAGES, tokens + ((now - atMs) * MESSAGES) / PER_MS), atMs: now };
  }

  return {
    waitMs(chat, messages) {
      // What is more than a burst waits for a full bucket only.
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
