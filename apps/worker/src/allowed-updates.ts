import { kindsOnRequest, knownKinds } from '@chatlane/contracts';
import type { Logger } from '@chatlane/runtime';

/** A kind of update that Telegram can be asked for. */
export type UpdateKind = (typeof knownKinds)[number];

/**
 * The `allowed_updates` of the bot: ALLOWED_UPDATES where it is set, else Telegram's default and what the bot listens to
 * besides. Empty: Telegram's default, which takes in kinds that Telegram adds later.
 *
 * @param asked ALLOWED_UPDATES; empty: not set
 * @param subscribedKinds kinds that must be asked for and the bot listens to
 */
export function chooseAllowedUpdates(
  asked: readonly UpdateKind[],
  subscribedKinds: ReadonlySet<string>,
  logger: Pick<Logger, 'warn'>,
): readonly UpdateKind[] {
  if (asked.length > 0) {
    const missing = [...subscribedKinds].filter((kind) => !asked.some((each) => each === kind));
    if (missing.length > 0) {
      logger.warn(
        { missing },
        'the bot listens to kinds of updates that ALLOWED_UPDATES leaves out',
      );
    }
    return knownKinds.filter((kind) => asked.includes(kind));
  }
  if (subscribedKinds.size === 0) return [];
  const onRequest = new Set<string>(kindsOnRequest);
  return knownKinds.filter((kind) => !onRequest.has(kind) || subscribedKinds.has(kind));
}
