import type { UpdateBody } from '@chatlane/contracts';
import {
  createPostEndpoint,
  type PostEndpoint,
  type PostEndpointOptions,
} from '../endpoint/post-endpoint.js';
import type { IngressObserver } from '../observer.js';
import type { Store } from '../store.js';

/** Updates are at most 512 KiB (td TQueue MAX_EVENT_LENGTH), so a larger body than this is never one. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Options of `createWebhook`. */
export interface WebhookOptions extends Pick<
  PostEndpointOptions,
  'path' | 'secret' | 'guard' | 'stopping'
> {
  read: (raw: Buffer) => UpdateBody;
  store: Store;
  observer: Pick<IngressObserver, 'refused'>;
}

/**
 * `POST <path>`: responds with 200 once the body is stored; otherwise with 503 and Retry-After, or with 429 if only the
 * update's lane is full, because Telegram sends a chat's updates one by one and goes on with other chats. Without the
 * secret that was passed to setWebhook it responds with 401.
 */
export function createWebhook({ read, store, observer, ...options }: WebhookOptions): PostEndpoint {
  const stored = { status: 200 };
  return createPostEndpoint({
    ...options,
    maxBytes: MAX_BODY_BYTES,
    secretIn(request) {
      const given = request.headers['x-telegram-bot-api-secret-token'];
      return typeof given === 'string' ? given : '';
    },
    async receive(body) {
      await store(read(body));
      return stored;
    },
    onRejected: (why) => observer.refused(why),
  });
}
