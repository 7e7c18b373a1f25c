import type { Readable } from 'node:stream';

/** Metadata of a file when it is published. */
export interface FileAbout {
  /** In bytes; a source of another size is rejected. */
  size: number;
  /** Hexadecimal. */
  sha256: string;
  /** MIME type. */
  type: string;
}

/** A part of a file in bytes from 0, both ends included. `end` defaults to the last byte, and may exceed it. */
export interface ByteRange {
  /** The first byte. */
  start: number;
  /** The last byte, included. */
  end?: number;
}

/** An open file. */
export interface OpenFile {
  /** The file or the requested part, empty when the part starts beyond the end. Destroy it if you do not read it. */
  stream: Readable;
  /** Bytes of the whole file. */
  size: number;
  /** MIME type, if the storage keeps one. */
  type?: string;
}

/** A file in a listing. */
export interface ListedFile {
  /** Its key in the storage. */
  key: string;
  /** Bytes. */
  size: number;
  /** When it was last put, in milliseconds since 1970; a put within an hour of the previous one may not change it. */
  modifiedAt: number;
}

/** Options of a link to the storage. */
export interface LinkOptions {
  /** From 1 second to 7 days. */
  expiresInSeconds: number;
  /** The name under which a browser saves it; it is sanitized. */
  name: string;
  /** MIME type; one that a browser might run is not passed on. */
  type: string;
}

/** The part of a storage that serving files needs. */
export interface ReadableStorage {
  /** Undefined when the file does not exist. @throws when the storage cannot be reached */
  get(key: string, range?: ByteRange): Promise<OpenFile | undefined>;
  /** Undefined when the file does not exist. @throws when the storage cannot be reached */
  stat(key: string): Promise<{ size: number } | undefined>;
  /** A link that bypasses this process; absent when the storage does not support it. */
  link?(key: string, options: LinkOptions): Promise<string>;
  /**
   * Checks access: `write` (the default) creates the folders, and puts and deletes a probe; `read` only reads.
   *
   * @throws an Error that says what to do
   */
  check(access?: 'read' | 'write'): Promise<void>;
  /** Closes connections. The storage cannot be used afterwards. */
  close(): Promise<void>;
}

/**
 * The place for finished files. A key is one or more names of `[a-z0-9_.-]` separated by `/`, none of them `.` or `..`;
 * anything else is a TypeError. Keys come from `storageKey`, so that equal keys mean equal files.
 */
export interface FileStorage extends ReadableStorage {
  /**
   * Publishes a finished file atomically, even if the process is killed, the disk is full, or another writer puts the
   * same key. An existing file is replaced, or kept when it has the same size. When this resolves, the file survives a
   * power cut. It takes ownership of `source.path`, which is gone when it resolves.
   *
   * @param options.signal aborts the put unless everything has been sent; rejects with the signal's reason after
   *   cleaning up
   */
  put(
    key: string,
    source: { path: string },
    about: FileAbout,
    options?: { signal?: AbortSignal },
  ): Promise<void>;
  /** No error when the file does not exist. The caller must know that nothing else refers to the key. */
  delete(key: string): Promise<void>;
  /** All published files whose keys start with `prefix`, in no particular order. Concurrent changes may be missed. */
  list(prefix?: string): AsyncIterable<ListedFile>;
  /**
   * A folder for unfinished files from which `put` is a rename, if the storage has one; `check()` creates it.
   * Files in it that have not been written to for long are leftovers.
   */
  readonly spool?: string;
  /**
   * Removes what dead writers left behind: files in the spool, unfinished uploads.
   *
   * @param olderThanMs the time since the last write; longer than a download may pause between two attempts
   * @returns how many were removed
   */
  removeLeftovers(olderThanMs: number): Promise<number>;
}
