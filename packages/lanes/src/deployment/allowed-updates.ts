import type { Redis } from '@chatlane/redis';
import { deploymentKeys } from '../keys.js';

/**
 * Stores the kinds of updates that the bot wants from Telegram. Only the workers know the bot; the processes that poll
 * for updates or register the webhook read the kinds from here.
 *
 * @param kinds as in `allowed_updates` of the Bot API; empty means Telegram's default
 */
export async function storeAllowedUpdates(
  redis: Redis,
  name: string,
  kinds: readonly string[],
): Promise<void> {
  await redis.set(deploymentKeys(name).allowedUpdates, JSON.stringify(kinds));
}

/** Reads what the worker that started last has stored. Undefined when no worker has started yet. */
export async function readAllowedUpdates(
  redis: Redis,
  name: string,
): Promise<string[] | undefined> {
  const stored = await redis.get(deploymentKeys(name).allowedUpdates);
  return stored === null ? undefined : (JSON.parse(stored) as string[]);
}
