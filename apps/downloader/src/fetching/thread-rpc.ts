import type { DownloadRequest } from '@chatlane/contracts';
import type { FetchedFile } from '@chatlane/downloads';
import { createBirpc, type BirpcReturn } from 'birpc';
import type { Inspection } from '../fetch/content/inspect-content.js';
import type { FoundFile } from '../fetch/find-file.js';
import type { FetchObserver } from '../fetch/observer.js';
import { packError, unpackError, type PackedError } from './packed-error.js';

/** What the main thread calls in the fetch thread. The main thread numbers the fetches. */
export interface ThreadFunctions {
  /** @throws Error that names the setting when a folder does not exist */
  start(): Promise<void>;
  fetchFile(fetch: number, request: DownloadRequest, attempt: number): Promise<FetchedFile>;
  /** Aborts a fetch; the reason becomes that of its signal. */
  stopFetch(fetch: number, reason: PackedError): void;
  ping(): true;
}

/** What the fetch thread calls in the main thread. */
export interface MainFunctions extends FetchObserver {
  findFile(fetch: number, isDecisive: boolean): Promise<FoundFile>;
  inspect(fetch: number, path: string): Promise<Inspection>;
  onProgress(fetch: number, received: number, size: number | undefined): void;
}

/** The part of a Worker or MessagePort that is used. */
export interface Port {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  postMessage(message: unknown): void;
}

/**
 * Connects the two threads: either side calls the other's functions and gets their results and errors. Messages arrive
 * in the order in which they were sent. Calls wait as long as it takes; a stuck thread is noticed by its pings.
 */
export function connectThreads<Remote extends object, Local extends object>(
  port: Port,
  functions: Local,
): BirpcReturn<Remote, Local> {
  return createBirpc<Remote, Local>(functions, {
    post: (message) => port.postMessage(message),
    // It must return nothing: birpc would delay the first call until a returned value is awaited.
    on: (listener) => void port.on('message', listener),
    // Structured cloning would lose the class of an error, and its fields.
    serialize: ({ e: error, ...message }: Message) =>
      error === undefined ? message : { ...message, e: packError(error) },
    deserialize: ({ e: error, ...message }: Message) =>
      error === undefined ? message : { ...message, e: unpackError(error as PackedError) },
    bind: 'functions',
    timeout: -1,
  });
}

/** A message of birpc. `e` is the error that a call has thrown. */
interface Message {
  e?: unknown;
}
