import { kindsOnRequest, knownKinds } from '@chatlane/contracts';
import { CallError, createTelegramClient, type TelegramClient } from '@chatlane/telegram';
import type { ExpectedSource, OpsConfig } from '../config.js';
import { are, counted, moment } from '../output/format.js';
import { finding, ok, skipped, type Finding } from './finding.js';

type WebhookInfo = Awaited<ReturnType<TelegramClient['telegram']['getWebhookInfo']>>;

/** The number of updates that may be pending at Telegram in normal operation. */
const PENDING = 100;

/** Older errors are ignored. */
const RECENT_MS = 15 * 60_000;

const check = 'webhook';

/**
 * Compares Telegram's settings with those of the deployment and with the kinds of updates that the bot wants.
 *
 * @param wanted kinds of updates, as returned by `readAllowedUpdates` of the deployment
 * @param now milliseconds since 1970
 */
export async function checkWebhook(
  { telegram, source }: OpsConfig,
  wanted: readonly string[] | undefined,
  now: number,
): Promise<Finding[]> {
  if (!telegram) return [skipped(check, 'BOT_TOKEN is not set, so Telegram was not checked.')];
  const client = createTelegramClient({ ...telegram, attempts: 1, callTimeoutMs: 15_000 });
  try {
    const info = await client.telegram.getWebhookInfo();
    return [url(info, source), pending(info), ...lastError(info, now), ...kinds(info, wanted)];
  } catch (error) {
    return [unanswered(error)];
  } finally {
    client.close();
  }
}

function unanswered(error: unknown): Finding {
  if (error instanceof CallError && (error.errorCode === 401 || error.errorCode === 404)) {
    const advice = 'Copy it again from @BotFather.';
    return finding(check, 'Telegram rejects BOT_TOKEN.', advice);
  }
  return finding(
    check,
    `Telegram did not answer: ${(error as Error).message}.`,
    "Check TELEGRAM_API_ROOT and this machine's network.",
  );
}

function url({ url: actual = '' }: WebhookInfo, source: ExpectedSource | undefined): Finding {
  const summary = actual ? `Telegram sends updates to ${actual}` : 'No webhook is set at Telegram';
  if (!source) {
    return skipped(check, `${summary}; without INGRESS_MODE and PUBLIC_URL it cannot be verified.`);
  }
  if (source.mode === 'polling') {
    return actual === ''
      ? ok(check, `${summary}, as long polling requires.`)
      : finding(
          check,
          `${summary}, so long polling gets none.`,
          'Run `chatlane-ops webhook`, or restart the deployment.',
        );
  }
  const advice = 'Run `chatlane-ops webhook`, or restart the deployment.';
  if (actual === '') return finding(check, `${summary}, so no update arrives.`, advice);
  if (source.url !== undefined && actual !== source.url) {
    return finding(check, `${summary}, not to ${source.url}.`, advice);
  }
  return ok(check, `${summary}.`);
}

function pending({ pending_update_count: count }: WebhookInfo): Finding {
  const summary = `${counted(count, 'update')} ${are(count)} waiting at Telegram`;
  return count <= PENDING
    ? ok('pending-updates', `${summary}.`)
    : finding(
        'pending-updates',
        `${summary}: the ingress does not accept them fast enough.`,
        'Check the last error below, that the ingress is running, and that Redis answers in time.',
      );
}

function lastError(info: WebhookInfo, now: number): Finding[] {
  const { last_error_date: date, last_error_message: message = 'no message' } = info;
  if (!date || now - date * 1_000 > RECENT_MS) return [];
  return [
    finding(
      'webhook-error',
      `Telegram's last delivery failed at ${moment(date * 1_000)}: ${message}.`,
      'Make sure that the address is reachable from outside; 401 means that WEBHOOK_SECRET differs from the one given to setWebhook.',
    ),
  ];
}

function kinds(
  { allowed_updates: allowed = [] }: WebhookInfo,
  wanted: readonly string[] | undefined,
): Finding[] {
  if (wanted === undefined) return [];
  const [sent, wantedKinds] = [kindsOf(allowed), kindsOf(wanted)];
  const missing = wantedKinds.filter((kind) => !sent.includes(kind));
  const unwantedKinds = sent.filter((kind) => !wantedKinds.includes(kind));
  if (missing.length === 0 && unwantedKinds.length === 0) {
    return [ok('allowed-updates', 'Telegram sends the kinds of updates that the bot wants.')];
  }
  const faults = [
    ...(missing.length > 0 ? [`does not send ${missing.join(', ')}, which the bot wants`] : []),
    ...(unwantedKinds.length > 0
      ? [`sends ${unwantedKinds.join(', ')}, which the bot does not want`]
      : []),
  ];
  return [
    finding(
      'allowed-updates',
      `Telegram ${faults.join(', and ')}.`,
      'Run `chatlane-ops webhook`; with long polling the ingress requests them with its next getUpdates.',
    ),
  ];
}

/** An empty list stands for Telegram's default. */
function kindsOf(list: readonly string[]): readonly string[] {
  const onRequest = new Set<string>(kindsOnRequest);
  return list.length > 0 ? list : knownKinds.filter((kind) => !onRequest.has(kind));
}
