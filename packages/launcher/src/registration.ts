import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BotApiError, callBotApi } from './bot-api.js';
import { LaunchError } from './launch-error.js';
import { runOps } from './run-ops.js';

interface BotAddress {
  apiRoot: string;
  token: string;
}

/** Asks Telegram who the token belongs to; the bot's username. @throws LaunchError when the token is refused */
export async function identifyBot(bot: BotAddress): Promise<string> {
  try {
    const me = (await callBotApi(bot, 'getMe')) as { username?: string };
    return me.username ?? 'a bot without a username';
  } catch (error) {
    const refused = error instanceof BotApiError && (error.code === 401 || error.code === 404);
    const fault = refused
      ? 'BOT_TOKEN: Telegram does not know this token; copy it again from @BotFather'
      : `TELEGRAM_API_ROOT: ${(error as Error).message}; check the address and this machine's network`;
    throw new LaunchError([fault], 1);
  }
}

/**
 * Has updates of the kinds that the bot wants delivered to the ingress; what waits at Telegram is kept.
 *
 * @param settings of the processes, PUBLIC_URL and WEBHOOK_SECRET among them
 * @throws Error with what the operator's command line says
 */
export async function registerWebhook(settings: Record<string, string>): Promise<void> {
  try {
    await runOps('webhook', { ...settings, INGRESS_MODE: 'webhook' });
  } catch (error) {
    const { stderr = String(error) } = error as { stderr?: string };
    throw new Error(`The webhook could not be set: ${stderr.trim()}`, { cause: error });
  }
}

/** Long polling is refused while a webhook is set; what waits at Telegram is kept. */
export async function removeWebhook(bot: BotAddress): Promise<void> {
  await callBotApi(bot, 'deleteWebhook', { drop_pending_updates: false });
}

/** The instance's own webhook secret, made on first use and kept, so that a restart changes nothing. */
export function ownSecret(folder: string): string {
  const file = join(folder, 'webhook-secret');
  try {
    const kept = readFileSync(file, 'utf8');
    if (/^[A-Za-z0-9_-]{1,256}$/.test(kept)) return kept;
  } catch {
    // The first start: there is none yet.
  }
  const secret = randomBytes(32).toString('base64url');
  writeFileSync(file, secret, { mode: 0o600 });
  return secret;
}
