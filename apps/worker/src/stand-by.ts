import { once } from 'node:events';
import { resolve } from 'node:path';
import { isTypeScript, supportTypeScript } from './bot-module/import-module.js';

/**
 * Loads everything but the bot, and then waits for a message from the parent process, so that the bot's new code runs
 * soon after it was saved. Call `prepareTelegraf` first. Ends together with the parent.
 */
export async function standBy(botModule = ''): Promise<void> {
  const end = (): never => process.exit();
  process.once('disconnect', end);
  if (!process.connected) end();
  const asked = once(process, 'message');
  await import('./service.js');
  if (isTypeScript(botModule)) await supportTypeScript(resolve(botModule));
  await asked;
  process.off('disconnect', end);
}
