import { kindsOnRequest, knownKinds } from '@chatlane/contracts';
import type { Logger } from '@chatlane/runtime';

/** An update kind that can be requested from Telegram. */
export type UpdateKind = (typeof knownKinds)[number];

/**
 * The bot's `allowed_updates`: ALLOWED_UPDATES if it is set, otherwise Telegram's default plus the kinds that the bot
 * has handlers for. An empty result means Telegram's default, which includes kinds that Telegram may add later.
 *
 * @param configured ALLOWED_UPDATES; empty if it is not set
 * @param subscribedKinds the kinds with handlers among those that Telegram sends only on request
 */
export function chooseAllowedUpdates(
  configured: readonly UpdateKind[],
  subscribedKinds: ReadonlySet<string>,
  logger: Pick<Logger, 'warn'>,
): readonly UpdateKind[] {
  if (configured.length > 0) {
    const missing = [...subscribedKinds].filter(
      (kind) => !configured.some((each) => each === kind),
    );
    if (missing.length > 0) {
      logger.warn(
        { missing },
        'the bot has handlers for update kinds that ALLOWED_UPDATES leaves out',
      );
    }
    return knownKinds.filter((kind) => configured.includes(kind));
  }
  if (subscribedKinds.size === 0) return [];
  const onRequest = new Set<string>(kindsOnRequest);
  return knownKinds.filter((kind) => !onRequest.has(kind) || subscribedKinds.has(kind));
}
