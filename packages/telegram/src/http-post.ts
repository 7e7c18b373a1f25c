import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

interface HttpPost {
  pool: Dispatcher;
  origin: string;
  path: string;
  headers: Record<string, string>;
  body: string | AsyncIterable<Uint8Array>;
  /** Aborts the request; the promise then rejects with the signal's reason. */
  signal: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  text: string;
}

/** No answer, or not the whole of it. */
export class ConnectionFailure extends Error {
  override readonly name = 'ConnectionFailure';
  /** Whether the request had been written, in part or whole. */
  readonly wasWritten: boolean;

  constructor(wasWritten: boolean, cause: unknown) {
    super('no answer', { cause });
    this.wasWritten = wasWritten;
  }
}

/**
 * One POST, its answer read whole. Redirects are not followed.
 *
 * @throws ConnectionFailure
 */
export function httpPost(post: HttpPost): Promise<HttpAnswer> {
  const { pool, origin, path, headers, body, signal } = post;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let status = 0;
    let request: Dispatcher.DispatchController | undefined;

    const abort = (): void => {
      // A request that still waits for a connection has no controller yet.
      request?.abort(reasonOf(signal));
      fail(reasonOf(signal));
    };
    const fail = (error: Error): void => {
      signal.removeEventListener('abort', abort);
      reject(new ConnectionFailure(request !== undefined, error));
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) return abort();

    // undici takes any async iterable, which its types do not say.
    pool.dispatch(
      { origin, path, method: 'POST', headers, body: body as Readable },
      {
        onRequestStart(controller) {
          if (signal.aborted) return controller.abort(reasonOf(signal));
          request = controller;
        },
        onResponseStart(_, statusCode) {
          status = statusCode;
        },
        onResponseData(_, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          signal.removeEventListener('abort', abort);
          resolve({ status, text: Buffer.concat(chunks).toString() });
        },
        onResponseError: (_, error) => fail(error),
      },
    );
  });
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted');
}
