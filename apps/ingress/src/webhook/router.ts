import { randomInt } from 'node:crypto';
import type { UpdateBody } from '@chatlane/contracts';
import type { ConnectionGuard } from '@chatlane/runtime';
import express, { Router, type ErrorRequestHandler, type Response } from 'express';
import type { IngressObserver } from '../observer.js';
import { NotStoredError, type Store } from '../store.js';
import { createCheckSecret } from './check-secret.js';

/** An update may have 512 KiB (td TQueue MAX_EVENT_LENGTH); twice that is never one. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface WebhookRouterOptions {
  path: string;
  secret: string;
  read: (raw: Buffer) => UpdateBody;
  store: Store;
  observer: Pick<IngressObserver, 'refused'>;
  guard: Pick<ConnectionGuard, 'protect'>;
  /** Once true, answers close their connections, so that none outlives the process' stop. */
  stopping: () => boolean;
}

/**
 * `POST <path>`: 200 once the body is safe. When it is not, 503 with Retry-After, and 429 when only its
 * own lane is full: Telegram sends a chat's updates one by one and goes on with the other chats.
 */
export function createWebhookRouter(options: WebhookRouterOptions): Router {
  const { path, read, store, observer } = options;

  function answer(response: Response, status: number): void {
    if (options.stopping()) response.set('Connection', 'close');
    response.status(status).end();
  }

  const answerError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    if (error instanceof NotStoredError) {
      // Telegram obeys 1..5 exactly and does not back off further; a bare 5xx would slow it for minutes.
      response.set('Retry-After', String(randomInt(1, 6)));
      return answer(response, error.reason === 'lane-full' ? 429 : 503);
    }
    const status = statusOf(error);
    observer.refused(status === 413 ? 'too_large' : 'unreadable');
    answer(response, status);
  };

  const router = Router({ caseSensitive: true, strict: true });
  router.post(
    path,
    createCheckSecret(options.secret, observer, options.guard),
    express.raw({ type: () => true, limit: MAX_BODY_BYTES }),
    async (request, response) => {
      await store(read(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)));
      answer(response, 200);
    },
  );
  router.all(path, (_request, response) => {
    observer.refused('wrong_method');
    response.set({ Allow: 'POST', Connection: 'close' });
    answer(response, 405);
  });
  router.use(answerError);
  return router;
}

/** The status that reading the body failed with: 413, 415 (unknown encoding), 400 (cut off). */
function statusOf(error: unknown): number {
  const status = (error as { status?: unknown } | undefined)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
