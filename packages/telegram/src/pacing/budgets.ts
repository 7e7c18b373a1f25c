import type { Redis } from '@chatlane/redis';
import type { Priority } from '../interceptor.js';
import type { PausesObserver } from '../pauses/pauses.js';
import { createBudget, type Budget } from './budget.js';
import { createSendLeases } from './send-leases.js';
import type { Traffic } from './traffic.js';

/**
 * Of the bulk rate, what forwards and copies begin with: a bot that forwarded at 30 a second was told to wait 2282 s
 * (tdlib/telegram-bot-api#184).
 */
const FORWARDS = 0.5;

const ranks: Readonly<Record<Priority, number>> = {
  reply: 0,
  notification: 1,
  bulk: 2,
  progress: 3,
};

/** What the deployment may send a second, by kind. */
export interface SendBudgets {
  /** Sends a second that bulk calls may make now. */
  readonly bulkPerSecond: number;
  tryTake(traffic: Traffic): boolean;
  /**
   * Resolves with true when the call's place in all its budgets has come, with false when that takes longer than
   * `untilMs` by `performance.now()`. @throws the signal's reason
   */
  take(traffic: Traffic, signal: AbortSignal, untilMs: number): Promise<boolean>;
  /** Telegram answered such a call with 429. */
  slowDown(traffic: Pick<Traffic, 'isForward'>): void;
}

export interface SendBudgetsOptions {
  redis?: Redis | undefined;
  /** The deployment's name, CHATLANE_NAME. */
  name: string;
  /** Bulk sends a second of the whole deployment: the rate begins with it, falls on 429, and never exceeds it. */
  bulkPerSecond: number;
  /** Messages a second of the whole deployment, replies too; undefined: no ceiling. */
  ceilingPerSecond?: number | undefined;
  observer?: PausesObserver | undefined;
}

const NONE: readonly Budget[] = [];

export function createSendBudgets(options: SendBudgetsOptions): SendBudgets {
  const { redis, name, bulkPerSecond, ceilingPerSecond, observer } = options;
  /* Redis keys: `{<name>}:sends:<kind>`, hashes that lease-sends.lua describes. */
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
  const all = ceilingPerSecond === undefined ? undefined : budget('all', ceilingPerSecond);

  function budgetsOf({ priority, isForward, messages }: Traffic): readonly Budget[] {
    if (priority !== 'bulk' && all === undefined) return NONE;
    return [
      ...(priority === 'bulk' && isForward ? [forwards] : []),
      ...(priority === 'bulk' ? [bulk] : []),
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
    slowDown({ isForward }) {
      (isForward ? forwards : bulk).slowDown();
    },
  };
}
