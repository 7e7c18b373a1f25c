import type { Dispatcher } from 'undici';

/** The head of an answer. */
export interface Answer {
  statusCode: number;
  headers: Record<string, string | string[] | undefined>;
}

export interface HttpGetOptions {
  url: URL;
  dispatcher: Dispatcher;
  headers: Record<string, string>;
  /** The longest silence, in milliseconds. */
  idleMs: number;
  signal: AbortSignal;
  /** Answers what takes the body; throws to give it up unread. */
  onAnswer: (answer: Answer) => (chunk: Buffer) => Promise<void> | undefined;
}

/** Something went wrong on the way, and not in `onAnswer` or what it gave. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/**
 * One GET whose chunks are handed over as they are read from the socket: nothing is queued, and a chunk is the socket's
 * again as soon as it is taken. Redirects are not followed.
 *
 * @throws ConnectionError, the signal's reason, or what `onAnswer` or the taking threw
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
          // What comes before the answer itself, as 103.
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

/** By its code alone: the rest may name the address, and so the token. */
function connectionError(error: Error & { code?: unknown }): ConnectionError {
  return new ConnectionError(typeof error.code === 'string' ? error.code : 'unknown');
}
