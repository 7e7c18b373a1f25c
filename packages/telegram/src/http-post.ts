import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

interface HttpPost {
  pool: Dispatcher;
  origin: string;
  path: string;
  headers: Record<string, string>;
  body: string | AsyncIterable<Uint8Array>;
}

/** A pending request. */
export interface HttpRequest {
  /** The complete response. Rejects with ConnectionFailure. */
  readonly response: Promise<HttpResponse>;
  /** Aborts the request unless it has ended; `response` then rejects with this reason as its cause. */
  abort(reason: Error): void;
}

/** A complete HTTP response. */
export interface HttpResponse {
  status: number;
  text: string;
}

/** There was no response, or not all of it arrived. */
export class ConnectionFailure extends Error {
  override readonly name = 'ConnectionFailure';
  /** Whether at least part of the request was written. */
  readonly wasWritten: boolean;

  constructor(wasWritten: boolean, cause: unknown) {
    super('no response', { cause });
    this.wasWritten = wasWritten;
  }
}

/** Sends one POST request. Redirects are not followed. */
export function httpPost({ pool, origin, path, headers, body }: HttpPost): HttpRequest {
  const exchange = new Exchange();
  // undici accepts any async iterable, although its types do not say so.
  pool.dispatch({ origin, path, method: 'POST', headers, body: body as Readable }, exchange);
  return exchange;
}

/** One request and its response, as reported by undici. */
class Exchange implements HttpRequest, Dispatcher.DispatchHandler {
  readonly response: Promise<HttpResponse>;
  #resolve!: (response: HttpResponse) => void;
  #reject!: (failure: ConnectionFailure) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #aborted: Error | undefined;
  #status = 0;
  #first: Buffer | undefined;
  #others: Buffer[] | undefined;

  constructor() {
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  abort(reason: Error): void {
    this.#aborted = reason;
    // A request that is still waiting for a connection has no controller yet.
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
