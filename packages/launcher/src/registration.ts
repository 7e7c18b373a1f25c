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

/** Returns the username of the token's bot. @throws LaunchError if Telegram rejects the token */
export async function identifyBot(bot: BotAddress): Promise<string> {
  try {
    const me = (await callBotApi(bot, 'getMe')) as { username?: string };
    return me.username ?? 'a bot without a username';
  } catch (error) {
    const refused = error instanceof BotApiError && (error.code === 401 || error.code === 404);
    const fault = refused
      ? 'BOT_TOKEN: Telegram rejects this token; copy it again from @BotFather'
      : `TELEGRAM_API_ROOT: ${(error as Error).message}; check the address and this machine's network`;
    throw new LaunchError([fault], 1);
  }
}

/**
 * Sets the webhook to the ingress, for the kinds of updates that the bot wants. Pending updates are not dropped.
 *
 * @param settings the settings of the processes, including PUBLIC_URL and WEBHOOK_SECRET
 * @throws Error with the output of the operator's command line
 */
export async function registerWebhook(settings: Record<string, string>): Promise<void> {
  try {
    await runOps('webhook', { ...settings, INGRESS_MODE: 'webhook' });
  } catch (error) {
    const { stderr = String(error) } = error as { stderr?: string };
    throw new Error(`The webhook could not be set: ${stderr.trim()}`, { cause: error });
  }
}

/** Removes the webhook, which would prevent long polling. Pending updates are not dropped. */
export async function removeWebhook(bot: BotAddress): Promise<void> {
  await callBotApi(bot, 'deleteWebhook', { drop_pending_updates: false });
}

/** The instance's webhook secret. It is generated on first use and stored, so that it survives a restart. */
export function ownSecret(folder: string): string {
  const file = join(folder, 'webhook-secret');
  try {
    const kept = readFileSync(file, 'utf8');
    if (/^[A-Za-z0-9_-]{1,256}$/.test(kept)) return kept;
  } catch {
    // On the first start there is no secret yet.
  }
  const secret = randomBytes(32).toString('base64url');
  writeFileSync(file, secret, { mode: 0o600 });
  return secret;
}
