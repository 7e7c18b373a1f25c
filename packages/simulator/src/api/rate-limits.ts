import type { Clock } from '../clock.js';
import { tooManyRequests } from './api-error.js';

/** What a call costs. */
export interface Spending {
  chatId: number;
  isGroup: boolean;
  /** Messages sent: an album counts each of its items. */
  messages: number;
  /** allow_paid_broadcast, which raises the overall limit to 1,000 a second. */
  paid: boolean;
}

/**
 * Telegram's sending limits as far as they are known: 1 message a second in a chat, 20 a minute in a group, 30 a second
 * overall, each with a burst. A wait of up to 8 s is served as latency, as the real server does (td NetQueryCreator). A
 * longer one is a 429, and so is any wait in a group, whose limit is per minute. While a 429 lasts, further calls to
 * the chat are refused too and prolong it.
 */
export interface RateLimits {
  /** Resolves when the call may run. @throws ApiError 429 */
  spend(spending: Spending): Promise<void>;
}

const longestLatencyMs = 8_000;
const penaltyMs = 1_000;
const longestBlockMs = 60_000;
const rates = {
  chat: { perMs: 1 / 1_000, burst: 5 },
  group: { perMs: 20 / 60_000, burst: 20 },
  all: { perMs: 30 / 1_000, burst: 30 },
  paid: { perMs: 1_000 / 1_000, burst: 1_000 },
};

/** A token bucket. Below 0, `tokens` are the waits already promised to earlier calls. */
interface Bucket {
  tokens: number;
  atMs: number;
}

interface ChatLimits {
  bucket: Bucket;
  blockedUntilMs: number;
}

export function createRateLimits(clock: Clock, enabled: boolean): RateLimits {
  const chats = new Map<number, ChatLimits>();
  const all: Bucket = { tokens: rates.all.burst, atMs: 0 };
  const paidAll: Bucket = { tokens: rates.paid.burst, atMs: 0 };

  function limitsOf(chatId: number, burst: number): ChatLimits {
    const known = chats.get(chatId);
    if (known) return known;
    const fresh = { bucket: { tokens: burst, atMs: clock.elapsedMs() }, blockedUntilMs: 0 };
    chats.set(chatId, fresh);
    return fresh;
  }

  return {
    async spend({ chatId, isGroup, messages, paid }) {
      if (!enabled) return;
      const now = clock.elapsedMs();
      const rate = isGroup ? rates.group : rates.chat;
      const chat = limitsOf(chatId, rate.burst);
      if (now < chat.blockedUntilMs) {
        chat.blockedUntilMs = Math.min(chat.blockedUntilMs + penaltyMs, now + longestBlockMs);
        throw tooManyRequests(clock.retryAfterSeconds(chat.blockedUntilMs - now));
      }
      const [shared, sharedRate] = paid ? [paidAll, rates.paid] : [all, rates.all];
      refill(chat.bucket, rate, now);
      refill(shared, sharedRate, now);
      const chatWaitMs = waitFor(chat.bucket, rate, messages);
      const waitMs = Math.max(chatWaitMs, waitFor(shared, sharedRate, messages));
      const longestChatMs = isGroup ? 0 : longestLatencyMs;
      if (waitMs > longestLatencyMs || chatWaitMs > longestChatMs) {
        if (chatWaitMs > longestChatMs) chat.blockedUntilMs = now + chatWaitMs;
        throw tooManyRequests(clock.retryAfterSeconds(waitMs));
      }
      chat.bucket.tokens -= messages;
      shared.tokens -= messages;
      if (waitMs > 0) await clock.wait(waitMs);
    },
  };
}

function refill(bucket: Bucket, rate: { perMs: number; burst: number }, now: number): void {
  bucket.tokens = Math.min(rate.burst, bucket.tokens + (now - bucket.atMs) * rate.perMs);
  bucket.atMs = now;
}

/** A call that costs more than a whole burst waits until the bucket is full, no longer. */
function waitFor(bucket: Bucket, rate: { perMs: number; burst: number }, messages: number): number {
  const missing = Math.min(messages, rate.burst) - bucket.tokens;
  return missing <= 0 ? 0 : missing / rate.perMs;
}
