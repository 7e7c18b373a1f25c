import { CallError, createTelegramClient, type TelegramClient } from '@chatlane/telegram';
import { jsonOption, type AddCommand, type CommonOptions, unneededYesOption } from '../command.js';
import type { OpsConfig } from '../config.js';
import { Refusal } from '../refusal.js';

export const addWebhook: AddCommand = (parent, run) => {
  parent
    .command('webhook')
    .description(
      'register PUBLIC_URL as the webhook, or remove the webhook when INGRESS_MODE=polling; pending updates are kept',
    )
    .addOption(unneededYesOption())
    .addOption(jsonOption())
    .action((options: CommonOptions) =>
      run(options, async ({ config, deployment }) => {
        const bot = requireSettings(config);
        const client = createTelegramClient({ ...bot, attempts: 3, callTimeoutMs: 15_000 });
        try {
          if (config.source?.mode === 'polling') return await remove(client);
          return await register(client, config, await deployment.readAllowedUpdates());
        } catch (error) {
          if (error instanceof CallError) throw refusalOf(error);
          throw error;
        } finally {
          client.close();
        }
      }),
    );
};

async function remove({ telegram }: TelegramClient) {
  await telegram.deleteWebhook({ drop_pending_updates: false });
  return {
    text: 'The webhook is removed; updates are fetched by long polling.',
    json: { url: '' },
  };
}

async function register(
  { telegram }: TelegramClient,
  { source, webhookSecret = '' }: OpsConfig,
  kinds: readonly string[] | undefined,
) {
  const url = (source?.mode === 'webhook' && source.url) || '';
  await telegram.setWebhook(url, {
    secret_token: webhookSecret,
    // Telegraf's list of kinds lags behind the Bot API. Without `allowed_updates`, Telegram keeps its current list.
    ...(kinds && { allowed_updates: kinds as never }),
  });
  return {
    text: `Telegram sends updates to ${url}: ${wordsFor(kinds)}.`,
    json: { url, allowedUpdates: kinds ?? null },
  };
}

function wordsFor(kinds: readonly string[] | undefined): string {
  if (kinds === undefined) {
    return 'the same kinds as before, because no worker has started yet; run this again after one has';
  }
  return kinds.length === 0 ? "Telegram's default kinds" : kinds.join(', ');
}

/** @throws Refusal that names every missing setting */
function requireSettings({ telegram, source, webhookSecret }: OpsConfig) {
  const needed = {
    BOT_TOKEN: telegram,
    ...(source?.mode !== 'polling' && {
      PUBLIC_URL: source?.url,
      WEBHOOK_SECRET: webhookSecret,
    }),
  };
  const missing = Object.entries(needed).filter(([, value]) => value === undefined);
  if (telegram === undefined || missing.length > 0) {
    throw new Refusal(missing.map(([setting]) => `${setting}: is missing; set it.`).join('\n'), 2);
  }
  return telegram;
}

function refusalOf(error: CallError): Refusal {
  const known = error.errorCode !== 401 && error.errorCode !== 404;
  const message = known
    ? `Telegram (TELEGRAM_API_ROOT): ${error.message}.`
    : 'Telegram rejects BOT_TOKEN: copy it again from @BotFather.';
  return new Refusal(message, 1, { cause: error });
}
