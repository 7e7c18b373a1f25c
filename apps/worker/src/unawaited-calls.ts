import { setImmediate as macrotask } from 'node:timers/promises';
import type { TurnInfo } from '@chatlane/middleware';
import type { Logger } from '@chatlane/runtime';
import { CallError, type TurnTelegram } from '@chatlane/telegram';

/** Handles Bot API calls that a handler did not await. */
export interface UnawaitedCalls {
  /**
   * Resolves when the turn has no pending calls and code that awaited one has continued. Otherwise the chat's next turn
   * would overtake pending calls, and calls made after them would find the turn over and send nothing.
   */
  settle: (client: TurnTelegram, lane: string) => Promise<void>;
  /** Whether an unhandled rejection is the failure of such a call, so that the process may go on. */
  isHarmless: (reason: unknown) => boolean;
}

/**
 * Counts each turn whose handler ended with pending calls, and logs each method once, which is enough to find the place
 * in the code.
 */
export function createUnawaitedCalls(
  logger: Pick<Logger, 'warn'>,
  count: NonNullable<TurnInfo['count']>,
): UnawaitedCalls {
  const loggedMethods = new Set<string>();

  return {
    async settle(client, lane) {
      if (client.pendingCalls.length === 0) return;
      count('calls-pending');
      const methods = client.pendingCalls.filter((method) => !loggedMethods.has(method));
      methods.forEach((method) => loggedMethods.add(method));
      if (methods.length > 0) {
        logger.warn({ lane, methods }, 'a handler ended with calls pending: await or return them');
      }
      while (client.pendingCalls.length > 0) {
        await client.settled();
        await macrotask();
      }
    },
    isHarmless(reason) {
      // Only the Telegram client creates CallErrors. Any other unhandled rejection must end the process.
      if (!(reason instanceof CallError)) return false;
      const { method, errorCode, nextAction } = reason;
      if (nextAction !== 'over') {
        logger.warn(
          { method, errorCode, err: reason },
          'a call that no handler awaited has failed',
        );
      }
      return true;
    },
  };
}
