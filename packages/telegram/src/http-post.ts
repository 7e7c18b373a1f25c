import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

interface HttpPost {
  pool: Dispatcher;
  origin: string;
  path: string;
  headers: Record<string, string>;
  body: string | AsyncIterable<Uint8Array>;
}

/** A request under way. */
export interface HttpRequest {
  /** The answer, read whole. @throws ConnectionFailure */
  readonly answer: Promise<HttpResponse>;
  /** Ends the request, if it has not ended; the answer then rejects with this reason as its cause. */
  abort(reason: Error): void;
}

export interface HttpResponse {
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

/** One POST. Redirects are not followed. */
export function httpPost({ pool, origin, path, headers, body }: HttpPost): HttpRequest {
  const exchange = new Exchange();
  // undici takes any async iterable, which its types do not say.
  pool.dispatch({ origin, path, method: 'POST', headers, body: body as Readable }, exchange);
  return exchange;
}

/** One request and its answer, as undici reports on them. */
class Exchange implements HttpRequest, Dispatcher.DispatchHandler {
  readonly answer: Promise<HttpResponse>;
  #resolve!: (answer: HttpResponse) => void;
  #reject!: (failure: ConnectionFailure) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #aborted: Error | undefined;
  #status = 0;
  #first: Buffer | undefined;
  #others: Buffer[] | undefined;

  constructor() {
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  abort(reason: Error): void {
    this.#aborted = reason;
    // A request that still waits for a connection has no controller yet.
    this.#controller?.abort(reason);
    this.#fail(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#aborted) controller.abort(this.#aborted);
    else this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, statusCode: number): void {
    this.#status = statusCode;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#first === undefined) this.#first = chunk;
    else (this.#others ??= []).push(chunk);
  }

  onResponseEnd(): void {
    const whole = this.#others ? Buffer.concat([this.#first!, ...this.#others]) : this.#first;
    this.#resolve({ status: this.#status, text: whole?.toString() ?? '' });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  #fail(error: Error): void {
    this.#reject(new ConnectionFailure(this.#controller !== undefined, error));
  }
}
