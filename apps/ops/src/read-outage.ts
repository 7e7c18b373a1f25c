import type { Redis } from '@chatlane/redis';
import { createPauses, TELEGRAM_SCOPE } from '@chatlane/telegram';

/** The current outage of Telegram, as shared by the workers; undefined when there is none. */
export async function readOutage(
  redis: Redis,
  name: string,
): Promise<{ sinceMs: number; why: string } | undefined> {
  const pauses = await createPauses({ redis, name }).list();
  const pause = pauses.find(({ scope }) => scope === TELEGRAM_SCOPE);
  return pause && { sinceMs: pause.sinceMs, why: pause.why };
}
