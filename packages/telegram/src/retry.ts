import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiCall, Interceptor, Send } from './interceptor.js';
import { RetryError } from './errors.js';
import type { Outage } from './outage/outage.js';
import { canBeSentAgain } from './payload.js';

interface RetryOptions {
  /** How often a call is sent at most, including the first time. */
  attempts: number;
  /** Milliseconds before the second attempt; doubles with each further one, plus up to 100 % jitter. */
  delayMs: number;
  onResend: (method: string) => void;
  /** Notified of each failure; during an outage calls are not retried here. Default: outages are not detected. */
  outage?: Pick<Outage, 'state' | 'suspect'> | undefined;
}

/**
 * Retries after a network or server error if that cannot repeat an effect: nothing was sent yet, or the method is safe
 * to repeat. Methods that send messages are not, because the Bot API has no idempotency key
 * (tdlib/telegram-bot-api#126).
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
    const isLost = failed instanceof RetryError && failed.errorCode === undefined;
    return send(isLost ? { ...call, needsNewConnection: true } : call, next, attempt + 1);
  }

  function send(call: ApiCall, next: Send, attempt: number): Promise<unknown> {
    return next(call).catch((error: unknown) => again(call, next, error, attempt));
  }

  return (call, next) => send(call, next, 1);
}

/** Whether a call that failed with this error can be sent again without repeating an effect. */
export function isSafeToResend({ method, payload }: ApiCall, error: unknown): boolean {
  if (!(error instanceof RetryError) || error.errorCode === 409) return false;
  return (!error.maybeSent || isRepeatable(method)) && canBeSentAgain(payload);
}

/** Whether the method is idempotent: calling it twice has the same effect as calling it once. */
export function isRepeatable(method: string): boolean {
  return /^(get|answer|edit|set|delete)[A-Z]/.test(method) || method === 'sendChatAction';
}
