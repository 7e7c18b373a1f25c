import type { Dispatcher } from 'undici';

/** The head of a response. */
export interface Answer {
  statusCode: number;
  headers: Record<string, string | string[] | undefined>;
}

export interface HttpGetOptions {
  url: URL;
  dispatcher: Dispatcher;
  headers: Record<string, string>;
  /** The maximum time without data, in milliseconds. */
  idleMs: number;
  signal: AbortSignal;
  /** Called with the head; returns the function that consumes the body, or throws to reject it unread. */
  onAnswer: (answer: Answer) => (chunk: Buffer) => Promise<void> | undefined;
}

/** An error of the connection, as opposed to one of `onAnswer` or of the consumer. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/**
 * A GET request whose chunks are passed on as they are read from the socket: nothing is queued, and a chunk's buffer is
 * reused as soon as it has been consumed. Redirects are not followed.
 *
 * @throws ConnectionError, the signal's reason, or what `onAnswer` or the consumer threw
 */
export function httpGet(options: HttpGetOptions): Promise<void> {
  const { url, dispatcher, headers, idleMs, signal, onAnswer } = options;
  return new Promise((resolve, reject) => {
    let ownFailure: Error | undefined;
    let take: ReturnType<HttpGetOptions['onAnswer']> | undefined;
    let control: Dispatcher.DispatchController | undefined;

    const end = (error: unknown): void => {
      ownFailure ??= error instanceof Error ? error : new Error('It was ended', { cause: error });
      control?.abort(new Error('The answer is not wanted'));
    };
    const cut = (): void => end(signal.reason);
    const guarded = <T>(work: () => T): T | undefined => {
      if (ownFailure) return undefined;
      try {
        return work();
      } catch (error) {
        return void end(error);
      }
    };
    signal.addEventListener('abort', cut, { once: true });

    dispatcher.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'GET',
        headers,
        headersTimeout: idleMs,
        bodyTimeout: idleMs,
      },
      {
        onRequestStart(controller) {
          control = controller;
          if (signal.aborted) cut();
        },
        onResponseStart(_, statusCode, answered) {
          // Informational responses such as 103 come before the actual one.
          if (statusCode >= 200) take = guarded(() => onAnswer({ statusCode, headers: answered }));
        },
        onResponseData(controller, chunk) {
          const wait = guarded(() => take?.(chunk));
          if (!wait) return;
          controller.pause();
          wait.then(() => controller.resume(), end);
        },
        onResponseEnd() {
          signal.removeEventListener('abort', cut);
          if (ownFailure) reject(ownFailure);
          else resolve();
        },
        onResponseError(_, error) {
          signal.removeEventListener('abort', cut);
          reject(ownFailure ?? connectionError(error));
        },
      },
    );
  });
}

/** Contains the code only: the rest may contain the URL, and thus the token. */
function connectionError(error: Error & { code?: unknown }): ConnectionError {
  return new ConnectionError(typeof error.code === 'string' ? error.code : 'unknown');
}
