import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiCall, Link, Send } from './chain.js';
import { RetryAfterError } from './errors.js';
import { canBeSentAgain, identifyingFields } from './payload.js';

interface FloodWaitOptions {
  /** Milliseconds one call waits in all before its turn is asked to rest instead. */
  maxWaitMs: number;
  onWait: (method: string, waitMs: number) => void;
}

/** A chat that Telegram told to wait, until a moment of the process's monotonic clock. */
interface Flood {
  untilMs: number;
  /** Its calls stand in line; this settles when the last of them is done. */
  tail: Promise<unknown>;
  inLine: number;
}

/**
 * Obeys 429 `retry_after`: the call waits and is sent again, and so do all other calls of this process to the same
 * chat. They leave one by one, as calls that ignore a flood wait lengthen it (grammY's guide on flood limits).
 */
export function createFloodWait({ maxWaitMs, onWait }: FloodWaitOptions): Link {
  const floods = new Map<string, Flood>();

  function note(key: string, retryAfterMs: number): Flood {
    const now = performance.now();
    for (const [other, { untilMs, inLine }] of floods) {
      if (inLine === 0 && untilMs <= now) floods.delete(other);
    }
    const flood = floods.get(key) ?? { untilMs: 0, tail: Promise.resolve(), inLine: 0 };
    flood.untilMs = Math.max(flood.untilMs, now + retryAfterMs);
    floods.set(key, flood);
    return flood;
  }

  async function standInLine(call: ApiCall, next: Send, flood: Flood): Promise<unknown> {
    const deadlineMs = performance.now() + maxWaitMs;
    const sent = flood.tail.then(() => sendWhenOver(call, next, flood, deadlineMs));
    flood.tail = sent.catch(() => undefined);
    flood.inLine += 1;
    try {
      return await sent;
    } finally {
      flood.inLine -= 1;
      if (flood.inLine === 0 && flood.untilMs <= performance.now()) floods.delete(floodKey(call));
    }
  }

  async function sendWhenOver(
    call: ApiCall,
    next: Send,
    flood: Flood,
    deadlineMs: number,
  ): Promise<unknown> {
    for (;;) {
      const leftMs = flood.untilMs - performance.now();
      if (leftMs > 0) {
        // Node's timers may fire a millisecond early, and a call too early lengthens the flood.
        const waitMs = Math.ceil(leftMs) + 1;
        if (performance.now() + waitMs > deadlineMs) throw tooLong(call, Math.ceil(leftMs));
        onWait(call.method, waitMs);
        await sleep(waitMs, undefined, { signal: call.signal });
      }
      try {
        return await next(call);
      } catch (error) {
        if (!isFlood(error)) throw error;
        note(floodKey(call), error.retryAfterMs);
        if (!canBeSentAgain(call.payload)) throw error;
      }
    }
  }

  return async function floodWait(call, next) {
    const standing = floods.get(floodKey(call));
    if (standing !== undefined) return standInLine(call, next, standing);
    try {
      return await next(call);
    } catch (error) {
      if (!isFlood(error)) throw error;
      const flood = note(floodKey(call), error.retryAfterMs);
      if (!canBeSentAgain(call.payload)) throw error;
      return standInLine(call, next, flood);
    }
  };
}

/** A call that names no chat waits with the calls of its own method only. */
function floodKey({ method, payload }: ApiCall): string {
  const chat = payload['chat_id'];
  const named = typeof chat === 'number' || typeof chat === 'string';
  return named ? `chat ${chat}` : `method ${method}`;
}

function isFlood(error: unknown): error is RetryAfterError {
  return error instanceof RetryAfterError && error.errorCode === 429;
}

function tooLong({ method, payload }: ApiCall, retryAfterMs: number): RetryAfterError {
  const description = `Too Many Requests: the chat must wait ${retryAfterMs} ms more`;
  const identifying = identifyingFields(payload);
  return new RetryAfterError({ method, errorCode: 429, description, retryAfterMs, identifying });
}
