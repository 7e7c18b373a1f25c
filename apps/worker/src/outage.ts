import type { Gate } from '@chatlane/lanes';
import type { Logger } from '@chatlane/runtime';
import type { Outage, OutageObserver } from '@chatlane/telegram';

/** While Telegram is away no turn begins: each would fail, or wait with its lane held. */
export function createTelegramGate(outage: Pick<Outage, 'state' | 'untilBack'>): Gate {
  return {
    isOpen: () => outage.state() === undefined,
    untilOpen: (signal) => outage.untilBack(signal),
  };
}

/** Tells the operator at once when an outage begins and ends. */
export function createOutageLog(logger: Pick<Logger, 'error' | 'info'>): OutageObserver {
  return {
    onAway({ scope, why }) {
      const remedy =
        scope === 'process'
          ? 'other workers reach it: look at the network of this one'
          : 'chats wait in their order and go on by themselves; if the token was revoked, set BOT_TOKEN anew';
      const message =
        scope === 'process'
          ? 'Telegram cannot be reached from this worker'
          : 'Telegram is away: no turns begin until a probe is answered';
      logger.error({ scope, problem: why ?? 'another worker has found out', remedy }, message);
    },
    onBack: ({ awayMs }) =>
      logger.info({ awaySeconds: Math.round(awayMs / 1_000) }, 'Telegram is back'),
  };
}

/** What /readyz says of Telegram: false only where a restart, or another place, may help. */
export function telegramCheck(outage: Pick<Outage, 'state'>): boolean | string {
  const state = outage.state();
  if (state === undefined) return true;
  return state.scope === 'deployment' && `away for ${Math.round(state.sinceMs / 1_000)} s`;
}
