import { randomInt } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UpdateBody } from '@chatlane/contracts';
import type { ConnectionGuard } from '@chatlane/runtime';
import type { IngressObserver } from '../observer.js';
import { NotStoredError, type Store } from '../store.js';
import { createSecretCheck } from './check-secret.js';
import { createReadBody, UnreadableBodyError } from './read-body.js';

/** An update may have 512 KiB (td TQueue MAX_EVENT_LENGTH); twice that is never one. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface WebhookOptions {
  path: string;
  secret: string;
  read: (raw: Buffer) => UpdateBody;
  store: Store;
  observer: Pick<IngressObserver, 'refused'>;
  guard: Pick<ConnectionGuard, 'protect'>;
  /** Once true, answers close their connections, so that none outlives the process' stop. */
  stopping: () => boolean;
}

/** The route of the webhook, on node:http alone: every update takes it. */
export interface Webhook {
  /** Whether the request is for its path, which is compared exactly, without the query. */
  takes(request: IncomingMessage): boolean;
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/**
 * `POST <path>`: 200 once the body is safe. When it is not, 503 with Retry-After, and 429 when only its
 * own lane is full: Telegram sends a chat's updates one by one and goes on with the other chats.
 *
 * A request without the secret given to setWebhook is answered with 401 before its body is read, and its connection is closed:
 * its body may never come. The connection of one that has it is protected for good.
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

  /** Whoever does not know the way in has no reason to stay connected. */
  function reject(response: ServerResponse, status: number): void {
    response.setHeader('Connection', 'close');
    response.statusCode = status;
    response.end();
  }

  function answerError(response: ServerResponse, error: unknown): void {
    if (error instanceof NotStoredError) {
      // Telegram obeys 1..5 exactly and does not back off further; a bare 5xx would slow it for minutes.
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
