import { createHash, timingSafeEqual } from 'node:crypto';
import type { ConnectionGuard } from '@chatlane/runtime';
import type { RequestHandler } from 'express';
import type { IngressObserver } from '../observer.js';

/**
 * Lets a request through that carries the secret given to setWebhook, before its body is read, and has its connection
 * protected for good. Any other is answered with 401, and its connection is closed: its body may never come.
 * Digests are compared, so that neither the text nor its length shows in the time taken.
 */
export function createCheckSecret(
  secret: string,
  observer: Pick<IngressObserver, 'refused'>,
  guard: Pick<ConnectionGuard, 'protect'>,
): RequestHandler {
  const expected = digest(secret);
  return function checkSecret(request, response, next) {
    const given = digest(request.get('X-Telegram-Bot-Api-Secret-Token') ?? '');
    if (timingSafeEqual(given, expected)) {
      guard.protect(request.socket);
      return next();
    }
    observer.refused('wrong_secret');
    response.set('Connection', 'close').status(401).end();
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
