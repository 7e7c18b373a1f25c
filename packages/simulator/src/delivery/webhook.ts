import { badRequest, tooManyRequests } from '../api/api-error.js';
import type { Clock } from '../clock.js';
import type { Faults } from '../faults.js';
import type { AllowedUpdates } from './allowed-updates.js';
import type { DeliveryLog } from './delivery-log.js';
import type { UpdateQueue } from './update-queue.js';
import { createWebhookPoster } from './webhook-post.js';
import { createWebhookSender, type WebhookSender } from './webhook-sender.js';

export interface WebhookSettings {
  url: string;
  secretToken: string;
  maxConnections: number;
}

export interface SetWebhook extends WebhookSettings {
  /** The raw argument; see `AllowedUpdates.change`. */
  allowedUpdates: unknown;
  dropPendingUpdates: boolean;
}

/** The bot's webhook: its settings, its state, and the sender behind it. */
export interface Webhook {
  /**
   * Sets the webhook, or deletes it when the URL is empty. Returns Telegram's `description`.
   *
   * @throws ApiError for an invalid URL or secret, and for a second call within a second
   */
  set(settings: SetWebhook): string;
  delete(dropPendingUpdates: boolean): string;
  isSet(): boolean;
  /** A Bot API `WebhookInfo`. */
  info(): Record<string, unknown>;
  stop(): void;
}

export interface WebhookOptions {
  queue: UpdateQueue;
  allowedUpdates: AllowedUpdates;
  clock: Clock;
  faults: Faults;
  log: DeliveryLog;
  random: () => number;
}

const setIntervalMs = 1_000;

export function createWebhook(options: WebhookOptions): Webhook {
  const { queue, allowedUpdates, clock } = options;
  let current: WebhookSettings | undefined;
  let sender: WebhookSender | undefined;
  let lastError: { date: number; message: string } | undefined;
  let nextSetAtMs = -Infinity;

  function restart(settings: WebhookSettings | undefined): void {
    sender?.stop();
    current = settings;
    lastError = undefined;
    sender =
      settings &&
      createWebhookSender({
        ...options,
        poster: createWebhookPoster({ ...settings, clock }),
        maxConnections: settings.maxConnections,
        onError: (message) => (lastError = { date: clock.unixSeconds(), message }),
      });
  }

  function remove(dropPendingUpdates: boolean): string {
    const was = current;
    if (was) restart(undefined);
    if (dropPendingUpdates) queue.clear();
    return was ? 'Webhook was deleted' : 'Webhook is already deleted';
  }

  return {
    set({ url, secretToken, maxConnections, allowedUpdates: kinds, dropPendingUpdates }) {
      if (clock.elapsedMs() < nextSetAtMs) throw tooManyRequests(1);
      checkSecret(secretToken);
      const address = url === '' ? '' : checkUrl(url);
      nextSetAtMs = clock.elapsedMs() + setIntervalMs;
      const filterChanged = allowedUpdates.change(kinds);
      if (address === '') return remove(dropPendingUpdates);
      const settings = { url: address, secretToken, maxConnections };
      const same = current && JSON.stringify(current) === JSON.stringify(settings);
      if (same && !filterChanged && !dropPendingUpdates) return 'Webhook is already set';
      if (dropPendingUpdates) queue.clear();
      restart(settings);
      return 'Webhook was set';
    },
    delete: remove,
    isSet: () => current !== undefined,
    info() {
      const names = allowedUpdates.current();
      return {
        url: current?.url ?? '',
        has_custom_certificate: false,
        pending_update_count: queue.size(),
        ...(lastError && {
          last_error_date: lastError.date,
          last_error_message: lastError.message,
        }),
        ...(current && { max_connections: current.maxConnections, ip_address: '127.0.0.1' }),
        ...(names && { allowed_updates: names }),
      };
    },
    stop() {
      sender?.stop();
      sender = undefined;
    },
  };
}

function checkSecret(secretToken: string): void {
  if (secretToken.length > 256) throw badRequest('secret token is too long');
  if (!/^[A-Za-z0-9_-]*$/.test(secretToken)) {
    throw badRequest('secret token contains unallowed characters');
  }
}

function checkUrl(given: string): string {
  if (!URL.canParse(given)) throw badRequest('invalid webhook URL specified');
  const { protocol, hostname } = new URL(given);
  if (protocol !== 'http:') {
    throw badRequest('bad webhook: the playground delivers over plain http:// only');
  }
  if (!/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)) {
    throw badRequest(
      'bad webhook: the playground delivers to this machine only (127.0.0.1, localhost or [::1])',
    );
  }
  return given;
}
