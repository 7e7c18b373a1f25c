import { setImmediate as macrotask } from 'node:timers/promises';
import type { TurnInfo } from '@chatlane/middleware';
import type { Logger } from '@chatlane/runtime';
import { CallError, type TurnTelegram } from '@chatlane/telegram';

/** What the worker does about calls to the Bot API that a handler did not wait for. */
export interface UnawaitedCalls {
  /**
   * Resolves when the turn has no call under way, and what waited for one has run on. With such calls after the handler's
   * end, the chat's next turn would overtake them, and those that wait would find the turn over and send nothing.
   */
  settle: (client: TurnTelegram, lane: string) => Promise<void>;
  /** Whether an unhandled rejection is the failure of such a call. */
  forgives: (reason: unknown) => boolean;
}

/** Counts each turn that ended with calls pending, and logs each method once: their place in the bot is found by its name. */
export function createUnawaitedCalls(
  logger: Pick<Logger, 'warn'>,
  count: NonNullable<TurnInfo['count']>,
): UnawaitedCalls {
  const told = new Set<string>();

  return {
    async settle(client, lane) {
      if (client.pendingCalls.length === 0) return;
      count('calls-pending');
      const methods = client.pendingCalls.filter((method) => !told.has(method));
      methods.forEach((method) => told.add(method));
      if (methods.length > 0) {
        logger.warn({ lane, methods }, 'a handler ended with calls pending: await or return them');
      }
      while (client.pendingCalls.length > 0) {
        await client.settled();
        await macrotask();
      }
    },
    forgives(reason) {
      // By its class: only the road makes these. Any other rejection is a fault nobody has judged.
      if (!(reason instanceof CallError)) return false;
      const { method, errorCode, nextAction } = reason;
      if (nextAction !== 'over') {
        logger.warn({ method, errorCode, err: reason }, 'a call failed that no handler awaited');
      }
      return true;
    },
  };
}
