import type { DownloadRequest, StoredFile } from '@chatlane/contracts';

/** A file that was fetched and checked, not stored yet. */
export interface FetchedFile {
  /** Where it lies, whole; given away. */
  path: string;
  /** Bytes. */
  size: number;
  /** Hexadecimal. */
  sha256: string;
  /** MIME type, told from the content. */
  type: string;
  /** Safe to show and to write. */
  name: string;
}

/** What is known of stored content, whoever asked for it first. */
export type KnownContent = Pick<StoredFile, 'size' | 'sha256' | 'type'>;

/** One try at a download. */
export interface DownloadTry {
  /** 1 on the first one; tries that were handed back, put off or killed are not counted. */
  attempt: number;
  /** Fires on stop (its reason is a `DownloadHandedBack`), when the user's files are forgotten, and when another process has it. */
  signal: AbortSignal;
  /** How many bytes are here, of how many; may be called for every chunk. */
  onProgress(received: number, size?: number): void;
  /**
   * Calls `look`, which reads what strangers have written. A process that ends meanwhile is counted against this download,
   * and so is an `InspectionStopped`: it is given up when it happens again.
   */
  inspecting?<T>(look: () => Promise<T>): Promise<T>;
}

/**
 * Fetches a file and checks it. What it rejects with decides what is next: `DownloadRefused` is final,
 * `RetryLater` waits and is not counted, `DownloadHandedBack` goes on in another process, anything else
 * is counted and tried again. It leaves nothing behind unless it resolves, or can resume from it.
 */
export type FetchFile = (request: DownloadRequest, attempt: DownloadTry) => Promise<FetchedFile>;

/**
 * Judges content that is stored already for another request, by the same rules as a fetched file.
 *
 * @returns the name under which this user gets it, safe to show
 * @throws DownloadRefused
 */
export type CheckStored = (request: DownloadRequest, known: KnownContent) => Promise<string>;

/** What downloads need of a file storage. */
export interface DownloadStorage {
  /** Publishes a finished file whole or not at all, any number of times; what lay at `path` is gone when it resolves. */
  put(key: string, source: { path: string }, about: KnownContent): Promise<void>;
  /** Absent: no error. */
  delete(key: string): Promise<void>;
  /** Removes unfinished files that old; called once an hour. */
  removeLeftovers?(olderThanMs: number): Promise<number>;
}
