import type { Redis } from '@chatlane/redis';
import type { Priority } from '../interceptor.js';
import type { PausesObserver } from '../pauses/pauses.js';
import { createBudget, type Budget } from './budget.js';
import { createSendLeases } from './send-leases.js';
import type { Traffic } from './traffic.js';

/**
 * The rate of forwards and copies, as a share of the bulk rate: a bot that forwarded 30 messages per second got
 * a flood wait of 2282 s (tdlib/telegram-bot-api#184).
 */
const FORWARDS = 0.5;

/** Messages per second that Telegram accepts from a bot that pays for them (`allow_paid_broadcast`). */
const PAID_PER_SECOND = 1_000;

const ranks: Readonly<Record<Priority, number>> = {
  reply: 0,
  notification: 1,
  bulk: 2,
  progress: 3,
};

/** The deployment's send rates, by kind of call. */
export interface SendBudgets {
  /** The current bulk rate, in sends per second. */
  readonly bulkPerSecond: number;
  /** Takes from all budgets of the call and returns true, or takes nothing and returns false if one would have to wait. */
  tryTake(traffic: Traffic): boolean;
  /**
   * Resolves to true when all budgets of the call allow it, to false when `untilMs` (`performance.now()` time) has
   * passed. Rejects with the signal's reason.
   */
  take(traffic: Traffic, signal: AbortSignal, untilMs: number): Promise<boolean>;
  /** Telegram responded to such a call with 429. */
  slowDown(traffic: Pick<Traffic, 'isForward' | 'isPaid'>): void;
}

/** Options of `createSendBudgets`. */
export interface SendBudgetsOptions {
  redis?: Redis | undefined;
  /** The deployment's name, CHATLANE_NAME. */
  name: string;
  /** Bulk sends per second for the whole deployment: the initial and highest rate. */
  bulkPerSecond: number;
  /** Messages per second for the whole deployment, including replies. Default: no ceiling. */
  ceilingPerSecond?: number | undefined;
  observer?: PausesObserver | undefined;
}

const NONE: readonly Budget[] = [];

/** Creates the budgets for bulk sends, for bulk forwards, for paid bulk sends, and for all messages if there is a ceiling. */
export function createSendBudgets(options: SendBudgetsOptions): SendBudgets {
  const { redis, name, bulkPerSecond, ceilingPerSecond, observer } = options;
  /* Redis keys: `{<name>}:sends:<kind>`, hashes described in lease-sends.lua. */
  const budget = (kind: string, perSecond: number): Budget =>
    createBudget(
      createSendLeases({
        redis,
        key: `{${name}}:sends:${kind}`,
        perSecond,
        onUnshared: (error) => observer?.onPausesUnshared?.({ operation: 'lease', error }),
      }),
    );
  const bulk = budget('bulk', bulkPerSecond);
  const forwards = budget('forwards', bulkPerSecond * FORWARDS);
  const paid = budget('paid', Math.max(PAID_PER_SECOND, bulkPerSecond));
  const all = ceilingPerSecond === undefined ? undefined : budget('all', ceilingPerSecond);

  function budgetsOf({ priority, isForward, isPaid, messages }: Traffic): readonly Budget[] {
    if (priority !== 'bulk' && all === undefined) return NONE;
    return [
      ...(priority === 'bulk' && isForward && !isPaid ? [forwards] : []),
      ...(priority === 'bulk' ? [isPaid ? paid : bulk] : []),
      ...(all && messages > 0 ? [all] : []),
    ];
  }

  return {
    get bulkPerSecond() {
      return bulk.perSecond;
    },
    tryTake(traffic) {
      const needed = budgetsOf(traffic);
      if (!needed.every((each) => each.canTake())) return false;
      for (const each of needed) each.take(Math.max(1, traffic.messages));
      return true;
    },
    async take(traffic, signal, untilMs) {
      const sends = Math.max(1, traffic.messages);
      const rank = ranks[traffic.priority];
      for (const each of budgetsOf(traffic)) {
        if (!(await each.wait({ sends, rank, signal, untilMs }))) return false;
      }
      return true;
    },
    slowDown({ isForward, isPaid }) {
      if (isPaid) paid.slowDown();
      else (isForward ? forwards : bulk).slowDown();
    },
  };
}
