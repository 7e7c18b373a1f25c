import type { ApiCall, Interceptor, Send } from '../interceptor.js';
import { NeverRetryError, RetryAfterError } from '../errors.js';
import type { ClientObserver } from '../observer.js';
import { canBeSentAgain, identifyingFields } from '../payload.js';
import { WaitTooLong, type Admission, type WaitLimits, type Permission } from './admission.js';
import { createChatQueues, type QueueEntry } from './chat-queues.js';
import { sleep } from './sleep.js';
import { readTraffic, type Traffic } from './traffic.js';

export interface RateLimitInterceptorOptions {
  admission: Admission;
  /** Telegram answered a call with 429; it was the probe of these scopes. */
  onFlood(traffic: Traffic, retryAfterMs: number, probes: readonly string[]): void;
  /** Telegram took a call that was the probe of this scope. */
  onProbed(scope: string): void;
  /** Milliseconds one call waits in all before its turn is asked to rest instead. */
  maxWaitMs: number;
  observer: Pick<ClientObserver, 'onFloodWait' | 'onWaited'>;
}

/**
 * Lets a call leave when Telegram's limits permit it. A call that has nothing to wait for leaves at once; the others stand
 * in line with the calls of their chat and leave one by one, as calls that ignore a flood wait lengthen it (grammY's
 * guide on flood limits). A call that was flooded waits and is sent again. Time spent waiting is not the turn's.
 */
export function createRateLimitInterceptor(options: RateLimitInterceptorOptions): Interceptor {
  const { admission, maxWaitMs, observer } = options;
  const lines = createChatQueues();
  let calls = 0;

  /** Sends a call once. Resolves with undefined when it was flooded and may be sent again. */
  async function send(
    call: ApiCall,
    next: Send,
    traffic: Traffic,
    probes: Permission['probes'],
  ): Promise<{ result: unknown } | undefined> {
    const probed = (): void => probes.forEach((scope) => options.onProbed(scope));
    try {
      const result = await next(call);
      probed();
      return { result };
    } catch (error) {
      // Telegram took the call, whatever it thought of it.
      if (error instanceof NeverRetryError) probed();
      if (!isFlood(error)) throw error;
      options.onFlood(traffic, error.retryAfterMs, probes);
      if (traffic.priority !== 'progress' && canBeSentAgain(call.payload)) return undefined;
      throw retryAfterError(call, traffic, chatScope(traffic), error.retryAfterMs);
    }
  }

  async function waitInQueue(
    call: ApiCall,
    next: Send,
    traffic: Traffic,
    number: number,
  ): Promise<unknown> {
    const clock = new WaitingClock(call, traffic, observer);
    const place = lines.join(queueOf(traffic), number);
    const untilMs = clock.startedMs + maxWaitMs;
    const waitLimits: WaitLimits = {
      untilMs,
      // A turn holds a worker; what sends bulk outside of turns has nothing better to do than to wait.
      budgetUntilMs: call.turn.lane === undefined ? Infinity : untilMs,
      signal: call.signal,
      onPaused: (waitMs) => observer.onFloodWait?.({ method: call.method, waitMs }),
    };
    try {
      for (;;) {
        await untilFirst(place, traffic, waitLimits);
        const { probes } = await admission.wait(traffic, waitLimits);
        if (!place.isFirst()) continue;
        place.markUnderWay();
        clock.stop();
        const sent = await send(call, next, traffic, probes);
        if (sent) return sent.result;
        clock.start();
        place.requeue();
      }
    } catch (error) {
      throw error instanceof WaitTooLong
        ? retryAfterError(call, traffic, error.scope, error.waitMs)
        : error;
    } finally {
      clock.stop();
      place.leave();
    }
  }

  async function untilFirst(
    place: QueueEntry,
    traffic: Traffic,
    waitLimits: WaitLimits,
  ): Promise<void> {
    const limitMs = traffic.priority === 'bulk' ? waitLimits.budgetUntilMs : waitLimits.untilMs;
    if (place.isFirst()) return;
    let isFirst = false;
    await sleep(limitMs - performance.now(), waitLimits.signal, (wake) => {
      void place.untilFirst().then(() => {
        isFirst = true;
        wake();
      });
      return () => undefined;
    });
    if (!isFirst) throw new WaitTooLong(chatScope(traffic), atLeastASecond(traffic));
  }

  function atLeastASecond(traffic: Traffic): number {
    return Math.max(1_000, admission.waitMs(traffic));
  }

  return async function awaitPermission(call, next) {
    const traffic = readTraffic(call);
    const number = (calls += 1);
    if (!lines.has(queueOf(traffic)) && admission.tryNow(traffic)) {
      const sent = await send(call, next, traffic, []);
      return sent ? sent.result : waitInQueue(call, next, traffic, number);
    }
    if (traffic.priority === 'progress') {
      throw retryAfterError(call, traffic, chatScope(traffic), atLeastASecond(traffic));
    }
    return waitInQueue(call, next, traffic, number);
  };
}

/** Stops the turn's clock while a call waits, and reports how long that was. */
class WaitingClock {
  readonly startedMs = performance.now();
  readonly #call: ApiCall;
  readonly #traffic: Traffic;
  readonly #observer: Pick<ClientObserver, 'onWaited'>;
  #resume: (() => void) | undefined;
  #sinceMs = 0;

  constructor(call: ApiCall, traffic: Traffic, observer: Pick<ClientObserver, 'onWaited'>) {
    this.#call = call;
    this.#traffic = traffic;
    this.#observer = observer;
    this.start();
  }

  start(): void {
    this.#sinceMs = performance.now();
    this.#resume = this.#call.turn.pauseClock?.() ?? (() => undefined);
  }

  stop(): void {
    if (this.#resume === undefined) return;
    this.#resume();
    this.#resume = undefined;
    const { priority } = this.#traffic;
    this.#observer.onWaited?.({ priority, waitedMs: performance.now() - this.#sinceMs });
  }
}

/** Bulk calls have a line of their own: an answer to a user does not wait behind a broadcast to the same chat. */
function queueOf({ method, chat, priority }: Traffic): string {
  const line = chat === undefined ? `method ${method}` : `chat ${chat}`;
  return priority === 'bulk' ? `bulk ${line}` : line;
}

function chatScope({ method, chat }: Traffic): string {
  return chat === undefined ? `method ${method}` : `chat ${chat}`;
}

function isFlood(error: unknown): error is RetryAfterError {
  return error instanceof RetryAfterError && error.errorCode === 429;
}

function retryAfterError(
  { payload }: ApiCall,
  traffic: Traffic,
  scope: string,
  waitMs: number,
): RetryAfterError {
  const retryAfterMs = Math.ceil(waitMs);
  const description = `Too Many Requests: ${scope} must wait ${retryAfterMs} ms more`;
  const ofOwnChat = traffic.isOfOwnChat || !scope.startsWith('chat ');
  const { method } = traffic;
  const identifying = identifyingFields(payload);
  return new RetryAfterError({
    method,
    errorCode: 429,
    description,
    retryAfterMs,
    identifying,
    ofOwnChat,
  });
}
