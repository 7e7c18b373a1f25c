import type { ApiCall, Interceptor, Send } from '../interceptor.js';
import { NeverRetryError, RetryAfterError } from '../errors.js';
import type { ClientObserver } from '../observer.js';
import { canBeSentAgain, identifyingFields } from '../payload.js';
import { WaitTooLong, type Admission, type WaitLimits, type Permission } from './admission.js';
import { createChatQueues, type QueueEntry } from './chat-queues.js';
import { sleep } from './sleep.js';
import { readTraffic, type Traffic } from './traffic.js';

/** Options of `createRateLimitInterceptor`. */
export interface RateLimitInterceptorOptions {
  admission: Admission;
  /** Telegram responded to a call with 429; `probes` are the scopes that the call probed. */
  onFlood(traffic: Traffic, retryAfterMs: number, probes: readonly string[]): void;
  /** Telegram accepted a call that probed this scope. */
  onProbed(scope: string): void;
  /** Total milliseconds that a call may wait before it rejects with RetryAfterError. */
  maxWaitMs: number;
  observer: Pick<ClientObserver, 'onFloodWait' | 'onWaited'>;
}

/**
 * Delays calls until Telegram's limits allow them. A call with nothing to wait for is sent at once. The others queue
 * behind the calls of their chat and are sent one by one, because calls that ignore a flood wait prolong it (grammY's
 * guide on flood limits). A call that gets a 429 waits and is sent again. Waiting does not count towards the turn's
 * time limit.
 */
export function createRateLimitInterceptor(options: RateLimitInterceptorOptions): Interceptor {
  const { admission, maxWaitMs, observer } = options;
  const queues = createChatQueues();
  let calls = 0;

  /** Sends a call once. Resolves to undefined when it got a 429 and may be sent again. */
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
      // Any response other than a 429 shows that the limit is lifted.
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
    order: number,
  ): Promise<unknown> {
    const clock = new WaitingClock(call, traffic, observer);
    const entry = queues.join(queueOf(traffic), order);
    const untilMs = clock.startedMs + maxWaitMs;
    const waitLimits: WaitLimits = {
      untilMs,
      // Waiting occupies the worker's turn slot; bulk calls outside turns may wait as long as it takes.
      budgetUntilMs: call.turn.lane === undefined ? Infinity : untilMs,
      signal: call.signal,
      onPaused: (waitMs) => observer.onFloodWait?.({ method: call.method, waitMs }),
    };
    try {
      for (;;) {
        await untilFirst(entry, traffic, waitLimits);
        const { probes } = await admission.wait(traffic, waitLimits);
        if (!entry.isFirst()) continue;
        entry.markUnderWay();
        clock.stop();
        const sent = await send(call, next, traffic, probes);
        if (sent) return sent.result;
        clock.start();
        entry.requeue();
      }
    } catch (error) {
      throw error instanceof WaitTooLong
        ? retryAfterError(call, traffic, error.scope, error.waitMs)
        : error;
    } finally {
      clock.stop();
      entry.leave();
    }
  }

  async function untilFirst(
    entry: QueueEntry,
    traffic: Traffic,
    waitLimits: WaitLimits,
  ): Promise<void> {
    const limitMs = traffic.priority === 'bulk' ? waitLimits.budgetUntilMs : waitLimits.untilMs;
    if (entry.isFirst()) return;
    let isFirst = false;
    await sleep(limitMs - performance.now(), waitLimits.signal, (wake) => {
      void entry.untilFirst().then(() => {
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
    const order = (calls += 1);
    if (!queues.has(queueOf(traffic)) && admission.tryNow(traffic)) {
      const sent = await send(call, next, traffic, []);
      return sent ? sent.result : waitInQueue(call, next, traffic, order);
    }
    if (traffic.priority === 'progress') {
      throw retryAfterError(call, traffic, chatScope(traffic), atLeastASecond(traffic));
    }
    return waitInQueue(call, next, traffic, order);
  };
}

/** Pauses the turn's time limit while a call waits, and reports how long it waited. */
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

/** Bulk calls have a separate queue, so that a reply does not wait behind a broadcast to the same chat. */
function queueOf({ method, chat, priority }: Traffic): string {
  const queue = chat === undefined ? `method ${method}` : `chat ${chat}`;
  return priority === 'bulk' ? `bulk ${queue}` : queue;
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
  const description = `Too Many Requests: ${scope} must wait ${retryAfterMs} ms longer`;
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
