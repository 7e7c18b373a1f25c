import type { Redis } from '@chatlane/redis';
import type { Interceptor } from './interceptor.js';
import type { ClientObserver } from './observer.js';
import { createAdmission } from './pacing/admission.js';
import { createRateLimitInterceptor } from './pacing/rate-limit-interceptor.js';
import { createSendBudgets } from './pacing/budgets.js';
import { createGroupPace } from './pacing/group-pace.js';
import type { Traffic } from './pacing/traffic.js';
import { createPauses } from './pauses/create-pauses.js';
import { createFloodEvidence } from './pauses/flood-evidence.js';
import type { Pauses, PausesObserver } from './pauses/pauses.js';
import { createWideScopes } from './pauses/wide-scopes.js';

/** Is notified when the process learns about Telegram's limits. All methods are optional, and none may throw. */
export interface LimitsObserver extends PausesObserver {
  /** Telegram responded to a call with 429. */
  onFlood?(event: { method: string; retryAfterMs: number }): void;
  /** 429s in several chats imply that a wider scope is limited: `method <name>`, `bulk` or `bot`. */
  onInference?(event: { scope: string; forMs: number; why: string }): void;
}

/** Telegram's limits as this process knows them. */
export interface TelegramLimits {
  /** The pauses that Telegram has imposed. */
  readonly pauses: Pauses;
  /** Bulk messages per second for the whole deployment, as of the last lease. */
  readonly bulkPerSecond: number;
  /** Creates the interceptor that delays calls until the limits allow them. */
  interceptor(options: LimitsInterceptorOptions): Interceptor;
}

interface LimitsInterceptorOptions {
  /** Total milliseconds that a call may wait before it rejects with RetryAfterError. */
  maxWaitMs: number;
  observer: Pick<ClientObserver, 'onFloodWait' | 'onWaited'>;
}

/** Options of `createTelegramLimits`. Only `name` is required. */
export interface TelegramLimitsOptions {
  /** Default: pauses that only this process knows. */
  pauses?: Pauses;
  /** A connection that fails fast. Default: budgets and evidence are not shared with other processes. */
  redis?: Redis | undefined;
  /** The deployment's name, CHATLANE_NAME. */
  name: string;
  /**
   * Bulk messages per second for the whole deployment. The rate drops after a 429 and recovers up to this value.
   * Default: 30.
   */
  bulkPerSecond?: number;
  /** Messages per second for the whole deployment, including replies. Default: no ceiling. */
  ceilingPerSecond?: number | undefined;
  /** Is notified of waits and pauses. Default: none. */
  observer?: LimitsObserver;
}

/** Creates limits that all processes with the same `name` and Redis share: what one learns from a 429, all know. */
export function createTelegramLimits(options: TelegramLimitsOptions): TelegramLimits {
  const { redis, name, observer = {} } = options;
  const pauses = options.pauses ?? createPauses({ name, observer });
  const wideScopes = createWideScopes(pauses);
  const evidence = createFloodEvidence({ redis, name, observer });
  const budgets = createSendBudgets({
    redis,
    name,
    bulkPerSecond: options.bulkPerSecond ?? 30,
    ceilingPerSecond: options.ceilingPerSecond,
    observer,
  });
  const admission = createAdmission({
    pauses,
    wideScopes,
    budgets,
    groupPace: createGroupPace(),
  });

  async function widen(chat: string, traffic: Traffic, forMs: number): Promise<void> {
    const { method, priority } = traffic;
    const inference = await evidence.add({ chat, method, isBulk: priority === 'bulk' });
    if (inference === undefined) return;
    const { scope, why } = inference;
    if (wideScopes.isOpen(scope)) observer.onInference?.({ scope, forMs, why });
    if (scope === 'bot') budgets.slowDown({ isForward: false, isPaid: false });
    await wideScopes.pause(scope, forMs, why);
  }

  function onFlood(traffic: Traffic, retryAfterMs: number, probes: readonly string[]): void {
    const { method, chat, priority } = traffic;
    observer.onFlood?.({ method, retryAfterMs });
    const why = `429 for ${method}`;
    for (const scope of probes) void wideScopes.pause(scope, retryAfterMs, `${why}, the probe`);
    if (priority === 'bulk') budgets.slowDown(traffic);
    if (chat === undefined) return void wideScopes.pause(`method ${method}`, retryAfterMs, why);
    void pauses.pause(`chat ${chat}`, retryAfterMs, why);
    void widen(chat, traffic, retryAfterMs);
  }

  return {
    pauses,
    get bulkPerSecond() {
      return budgets.bulkPerSecond;
    },
    interceptor: (given) =>
      createRateLimitInterceptor({
        ...given,
        admission,
        onFlood,
        onProbed: (scope) => void pauses.lift(scope),
      }),
  };
}
