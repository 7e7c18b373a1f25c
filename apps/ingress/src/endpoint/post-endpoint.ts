import { randomInt } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConnectionGuard } from '@chatlane/runtime';
import { NotStoredError } from '../store.js';
import { createSecretCheck } from './check-secret.js';
import { createReadBody, UnreadableBodyError } from './read-body.js';

/** The response to a request whose body was read: its status, and a JSON body if there is one. */
export interface Answer {
  status: number;
  json?: object;
}

/** Why a request was rejected before it could be handled. */
export type Rejection = 'wrong_secret' | 'wrong_method' | 'too_large' | 'unreadable';

/** Options of `createPostEndpoint`. */
export interface PostEndpointOptions {
  path: string;
  secret: string;
  /** The secret that a request has sent; empty when it has sent none. */
  secretIn: (request: IncomingMessage) => string;
  maxBytes: number;
  /** Handles a body. A `NotStoredError` is answered with 429 or 503, and Retry-After. */
  receive: (body: Buffer) => Promise<Answer>;
  onRejected: (why: Rejection) => void;
  guard: Pick<ConnectionGuard, 'protect'>;
  /** Once it returns true, responses close their connections, so that none delays the shutdown. */
  stopping: () => boolean;
}

/** A route for `POST` requests, implemented directly on node:http because every update goes through one. */
export interface PostEndpoint {
  /** Whether the request is for the endpoint's path, which must match exactly, except for a query. */
  takes(request: IncomingMessage): boolean;
  /** Handles a request for the endpoint's path. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/**
 * Without the secret it responds with 401 before the body is read, and closes the connection, because the body may
 * never arrive. A connection that has sent the secret is exempt from the connection limit from then on.
 */
export function createPostEndpoint(options: PostEndpointOptions): PostEndpoint {
  const { path, secretIn, receive, onRejected, guard } = options;
  const isSecret = createSecretCheck(options.secret);
  const readBody = createReadBody(options.maxBytes);
  const withQuery = `${path}?`;

  function answer(response: ServerResponse, { status, json }: Answer): void {
    if (options.stopping()) response.setHeader('Connection', 'close');
    response.statusCode = status;
    if (!json) return void response.end();
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(json));
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
      return answer(response, { status: error.reason === 'lane-full' ? 429 : 503 });
    }
    const status = error instanceof UnreadableBodyError ? error.status : 500;
    onRejected(status === 413 ? 'too_large' : 'unreadable');
    answer(response, { status });
  }

  async function receiveAndAnswer(body: Buffer, response: ServerResponse): Promise<void> {
    let result: Answer;
    try {
      result = await receive(body);
    } catch (error) {
      return answerError(response, error);
    }
    answer(response, result);
  }

  return {
    takes: ({ url = '' }) => url === path || url.startsWith(withQuery),
    handle(request, response) {
      if (request.method !== 'POST') {
        onRejected('wrong_method');
        response.setHeader('Allow', 'POST');
        return reject(response, 405);
      }
      if (!isSecret(secretIn(request))) {
        onRejected('wrong_secret');
        return reject(response, 401);
      }
      guard.protect(request.socket);
      readBody(request, response, (error, body) => {
        if (error) answerError(response, error);
        else void receiveAndAnswer(body, response);
      });
    },
  };
}
