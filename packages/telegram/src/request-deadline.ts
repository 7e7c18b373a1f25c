import { ConnectionFailure, type HttpRequest } from './http-post.js';

/** Aborts a request at its time limit, or some time after its turn is over. */
export class RequestDeadline {
  #request: HttpRequest | undefined;
  #controller: AbortController | undefined;
  #reason: Error | undefined;
  #grace: NodeJS.Timeout | undefined;
  #isExpired = false;

  /** Whether the time limit aborted the request. */
  get isExpired(): boolean {
    return this.#isExpired;
  }

  /** Fires when the request is aborted or has ended, for resources other than its connection. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason) this.#controller.abort();
    return this.#controller.signal;
  }

  /** @throws ConnectionFailure without calling `send` when the request is already aborted */
  start(send: () => HttpRequest): HttpRequest {
    if (this.#reason) throw new ConnectionFailure(false, this.#reason);
    return (this.#request = send());
  }

  expire(): void {
    if (this.#reason) return;
    this.#isExpired = true;
    this.#end('the time limit has passed');
  }

  abortAfter(graceMs: number): void {
    if (graceMs === 0) return this.#end('aborted');
    this.#grace ??= setTimeout(() => this.#end('aborted'), graceMs);
  }

  /** Call when the request has ended: fires the signal, so that its other resources are released. */
  close(): void {
    clearTimeout(this.#grace);
    this.#controller?.abort();
  }

  #end(why: string): void {
    if (this.#reason) return;
    this.#reason = new Error(why);
    this.#controller?.abort();
    this.#request?.abort(this.#reason);
  }
}
