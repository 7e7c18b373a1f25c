import type { DownloadRequest, StoredFile } from '@chatlane/contracts';

/** A file that has been fetched and checked, but not stored yet. */
export interface FetchedFile {
  /** Its path. The receiver takes ownership. */
  path: string;
  /** Bytes. */
  size: number;
  /** Hexadecimal. */
  sha256: string;
  /** MIME type, detected from the content. */
  type: string;
  /** Safe to display and to use as a file name. */
  name: string;
}

/** Metadata of stored content, regardless of which user requested it first. */
export type KnownContent = Pick<StoredFile, 'size' | 'sha256' | 'type'>;

/** One attempt at a download. */
export interface DownloadTry {
  /** 1 for the first; attempts that were handed back, postponed or killed do not count. */
  attempt: number;
  /**
   * Aborted on a stop (with a `DownloadHandedBack`), when the file is forgotten, and when another process has taken
   * over.
   */
  signal: AbortSignal;
  /** Reports the received bytes and the total size; may be called for every chunk. */
  onProgress(received: number, size?: number): void;
  /**
   * Runs `inspect`, which inspects untrusted content. A death of the process meanwhile, or a rejection with an
   * `InspectionStopped`, is counted against this download, which fails when that happens again.
   */
  inspecting?<T>(inspect: () => Promise<T>): Promise<T>;
}

/**
 * Fetches a file and checks it. Its rejection decides what happens next: `DownloadRefused` is final, `RetryLater` waits
 * without counting, `DownloadHandedBack` continues in another process, and anything else is counted and retried. Unless
 * it resolves, it leaves nothing behind except what a later attempt can resume from.
 */
export type FetchFile = (request: DownloadRequest, attempt: DownloadTry) => Promise<FetchedFile>;

/**
 * Checks content that is already stored on behalf of another request, by the same rules as a fetched file.
 *
 * @returns the name under which this user gets the file, safe to display
 * @throws DownloadRefused
 */
export type CheckStored = (request: DownloadRequest, known: KnownContent) => Promise<string>;

/** The part of a file storage that downloads need. */
export interface DownloadStorage {
  /** Publishes a finished file atomically and idempotently; `source.path` is gone when it resolves. */
  put(key: string, source: { path: string }, about: KnownContent): Promise<void>;
  /** No error when the object does not exist. */
  delete(key: string): Promise<void>;
  /** Removes unfinished files older than `olderThanMs`; called once an hour. */
  removeLeftovers?(olderThanMs: number): Promise<number>;
}
