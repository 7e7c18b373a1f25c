import { ConnectionFailure, type HttpRequest } from './http-post.js';

/** Ends a request before its answer is there: at its time limit, or some time after its turn is over. */
export class RequestDeadline {
  #request: HttpRequest | undefined;
  #controller: AbortController | undefined;
  #reason: Error | undefined;
  #grace: NodeJS.Timeout | undefined;
  #isExpired = false;

  /** Whether the time limit ended it. */
  get isExpired(): boolean {
    return this.#isExpired;
  }

  /** Fires with the end, for what a request needs besides its connection. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason) this.#controller.abort();
    return this.#controller.signal;
  }

  /** @throws ConnectionFailure when the end has come already: nothing is sent then */
  start(send: () => HttpRequest): HttpRequest {
    if (this.#reason) throw new ConnectionFailure(false, this.#reason);
    return (this.#request = send());
  }

  expire(): void {
    if (this.#reason) return;
    this.#isExpired = true;
    this.#end('the time limit is over');
  }

  abortAfter(graceMs: number): void {
    if (graceMs === 0) return this.#end('aborted');
    this.#grace ??= setTimeout(() => this.#end('aborted'), graceMs);
  }

  /** The request has ended by itself; what else obeys the signal is to end, too. */
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
