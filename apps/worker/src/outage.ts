import type { Gate } from '@chatlane/lanes';
import type { Logger } from '@chatlane/runtime';
import type { Outage, OutageObserver } from '@chatlane/telegram';

/** Keeps turns from starting while Telegram is unreachable: each would fail, or occupy its lane while it waits. */
export function createTelegramGate(outage: Pick<Outage, 'state' | 'untilBack'>): Gate {
  return {
    isOpen: () => outage.state() === undefined,
    untilOpen: (signal) => outage.untilBack(signal),
  };
}

/** Logs when an outage begins and ends. */
export function createOutageLog(logger: Pick<Logger, 'error' | 'info'>): OutageObserver {
  return {
    onAway({ scope, why }) {
      const remedy =
        scope === 'process'
          ? 'other workers reach it: check the network of this one'
          : 'chats wait and go on by themselves, in order; if the token was revoked, set a new BOT_TOKEN';
      const message =
        scope === 'process'
          ? 'Telegram cannot be reached from this worker'
          : 'Telegram is unreachable: no turns start until a probe succeeds';
      logger.error({ scope, problem: why ?? 'detected by another worker', remedy }, message);
    },
    onBack: ({ awayMs }) =>
      logger.info({ awaySeconds: Math.round(awayMs / 1_000) }, 'Telegram is back'),
  };
}

/** Telegram's state for /readyz: false only if a restart, or another machine, may help. */
export function telegramCheck(outage: Pick<Outage, 'state'>): boolean | string {
  const state = outage.state();
  if (state === undefined) return true;
  return state.scope === 'deployment' && `unavailable for ${Math.round(state.sinceMs / 1_000)} s`;
}
