import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiCall, Interceptor, Send } from './interceptor.js';
import { RetryError } from './errors.js';
import type { Outage } from './outage/outage.js';
import { canBeSentAgain } from './payload.js';

interface RetryOptions {
  /** How often one call is sent at most, the first time included. */
  attempts: number;
  /** Milliseconds before the second attempt; doubles with each further one, with jitter of up to as much again. */
  delayMs: number;
  onResend: (method: string) => void;
  /** Is suspected at each failure; while there is one, calls fail at once. Default: the attempts alone count. */
  outage?: Pick<Outage, 'state' | 'suspect'> | undefined;
}

/**
 * Sends again after the road broke, where that cannot do a thing twice: nothing had left yet, or the method may
 * be repeated. Sends are not: the Bot API has no idempotency key (tdlib/telegram-bot-api#126).
 */
export function createRetry({ attempts, delayMs, onResend, outage }: RetryOptions): Interceptor {
  async function again(
    call: ApiCall,
    next: Send,
    failed: unknown,
    attempt: number,
  ): Promise<unknown> {
    if (attempt >= attempts || !isSafeToResend(call, failed)) throw failed;
    void outage?.suspect();
    const pauseMs = delayMs * 2 ** (attempt - 1) * (1 + Math.random());
    await sleep(pauseMs, undefined, { signal: call.signal });
    if (outage?.state() !== undefined) throw failed;
    onResend(call.method);
    return send(call, next, attempt + 1);
  }

  function send(call: ApiCall, next: Send, attempt: number): Promise<unknown> {
    return next(call).catch((error: unknown) => again(call, next, error, attempt));
  }

  return (call, next) => send(call, next, 1);
}

/** Whether a call that failed so can be sent again without doing a thing twice. */
export function isSafeToResend({ method, payload }: ApiCall, error: unknown): boolean {
  if (!(error instanceof RetryError) || error.errorCode === 409) return false;
  return (!error.maybeSent || isRepeatable(method)) && canBeSentAgain(payload);
}

/** Methods whose second run leaves everything as the first one did. */
export function isRepeatable(method: string): boolean {
  return /^(get|answer|edit|set|delete)[A-Z]/.test(method) || method === 'sendChatAction';
}
