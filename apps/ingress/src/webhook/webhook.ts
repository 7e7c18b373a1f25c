import { randomInt } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UpdateBody } from '@chatlane/contracts';
import type { ConnectionGuard } from '@chatlane/runtime';
import type { IngressObserver } from '../observer.js';
import { NotStoredError, type Store } from '../store.js';
import { createSecretCheck } from './check-secret.js';
import { createReadBody, UnreadableBodyError } from './read-body.js';

/** Updates are at most 512 KiB (td TQueue MAX_EVENT_LENGTH), so a larger body than this is never one. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Options of `createWebhook`. */
export interface WebhookOptions {
  path: string;
  secret: string;
  read: (raw: Buffer) => UpdateBody;
  store: Store;
  observer: Pick<IngressObserver, 'refused'>;
  guard: Pick<ConnectionGuard, 'protect'>;
  /** Once it returns true, responses close their connections, so that none delays the shutdown. */
  stopping: () => boolean;
}

/** The webhook route, implemented directly on node:http because every update goes through it. */
export interface Webhook {
  /** Whether the request is for the webhook's path, which must match exactly, except for a query. */
  takes(request: IncomingMessage): boolean;
  /** Handles a request for the webhook's path. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/**
 * `POST <path>`: responds with 200 once the body is stored; otherwise with 503 and Retry-After, or 429 if only its lane
 * is full: Telegram sends a chat's updates one by one, and goes on with other chats.
 *
 * Without the secret that was passed to setWebhook it responds with 401 before the body is read, and closes the
 * connection, because the body may never arrive. A connection that has sent the secret is exempt from the connection
 * limit from then on.
 */
export function createWebhook(options: WebhookOptions): Webhook {
  const { path, read, store, observer, guard } = options;
  const isSecret = createSecretCheck(options.secret);
  const readBody = createReadBody(MAX_BODY_BYTES);
  const withQuery = `${path}?`;

  function answer(response: ServerResponse, status: number): void {
    if (options.stopping()) response.setHeader('Connection', 'close');
    response.statusCode = status;
    response.end();
  }

  /** A client without the secret has no reason to stay connected. */
  function reject(response: ServerResponse, status: number): void {
    response.setHeader('Connection', 'close');
    response.statusCode = status;
    response.end();
  }

  function answerError(response: ServerResponse, error: unknown): void {
    if (error instanceof NotStoredError) {
      // Telegram follows values of 1 to 5 s exactly. A 5xx without Retry-After would make it back off for minutes.
      response.setHeader('Retry-After', String(randomInt(1, 6)));
      return answer(response, error.reason === 'lane-full' ? 429 : 503);
    }
    const status = error instanceof UnreadableBodyError ? error.status : 500;
    observer.refused(status === 413 ? 'too_large' : 'unreadable');
    answer(response, status);
  }

  async function receive(body: Buffer, response: ServerResponse): Promise<void> {
    try {
      await store(read(body));
    } catch (error) {
      return answerError(response, error);
    }
    answer(response, 200);
  }

  return {
    takes: ({ url = '' }) => url === path || url.startsWith(withQuery),
    handle(request, response) {
      if (request.method !== 'POST') {
        observer.refused('wrong_method');
        response.setHeader('Allow', 'POST');
        return reject(response, 405);
      }
      const given = request.headers['x-telegram-bot-api-secret-token'];
      if (!isSecret(typeof given === 'string' ? given : '')) {
        observer.refused('wrong_secret');
        return reject(response, 401);
      }
      guard.protect(request.socket);
      readBody(request, response, (error, body) => {
        if (error) answerError(response, error);
        else void receive(body, response);
      });
    },
  };
}
