import type { Readable } from 'node:stream';

/** What is known of a file when it is published. */
export interface FileAbout {
  /** Bytes; a source of another length is refused. */
  size: number;
  /** Hexadecimal. */
  sha256: string;
  /** MIME type. */
  type: string;
}

/** A part of a file, in bytes counted from 0, both included; `end` defaults to the last one, and may lie behind it. */
export interface ByteRange {
  start: number;
  end?: number;
}

/** A file that was found. */
export interface OpenFile {
  /** The file, or the part asked for: nothing when the part begins behind the end. Destroy what you do not read. */
  stream: Readable;
  /** Bytes of the whole file. */
  size: number;
  /** MIME type, where the storage keeps one. */
  type?: string;
}

/** A file in the list. */
export interface ListedFile {
  key: string;
  /** Bytes. */
  size: number;
  /** When it was put last, in milliseconds since 1970; of several puts within an hour it may be the first. */
  modifiedAt: number;
}

/** What a link that the storage gives out is to do. */
export interface LinkOptions {
  /** From 1 second to 7 days. */
  expiresInSeconds: number;
  /** What the file is called when it is saved; made harmless here. */
  name: string;
  /** MIME type; one that a browser might run is not passed on. */
  type: string;
}

/** What whoever only hands out files needs of a storage. */
export interface ReadableStorage {
  /** @throws when the storage cannot be reached; undefined: there is no such file. */
  get(key: string, range?: ByteRange): Promise<OpenFile | undefined>;
  stat(key: string): Promise<{ size: number } | undefined>;
  /** A link that opens the file without this process; absent when the storage has none. */
  link?(key: string, options: LinkOptions): Promise<string>;
  /**
   * Tries what a process needs: `write` (the default) puts and deletes a probe, and makes the folders there are to be;
   * `read` only looks.
   * @throws an Error that says what to do.
   */
  check(access?: 'read' | 'write'): Promise<void>;
  close(): Promise<void>;
}

/**
 * Where finished files are kept. A key is one or more names of `[a-z0-9_.-]` with `/` between them, none of them `.` or `..`;
 * anything else is a TypeError. Keys come from `storageKey`, so that the same key is always the same file.
 */
export interface FileStorage extends ReadableStorage {
  /**
   * Publishes a finished file, whole or not at all: also when the process is killed, the disk is full, or another writer
   * puts the same key. What is there is replaced, or left when it has the same size. When it resolves, the file survives a
   * power cut.
   * `source.path`, a file of this process's own, is given away: it may be moved, and is gone once this resolves.
   * @param options.signal aborts it unless all is sent already; the promise rejects with the signal's reason, once it is cleaned up.
   */
  put(
    key: string,
    source: { path: string },
    about: FileAbout,
    options?: { signal?: AbortSignal },
  ): Promise<void>;
  /** Absent: no error. Whether others still point at the key is for the caller to know. */
  delete(key: string): Promise<void>;
  /** All published files whose keys begin with `prefix`, in no order; one put or deleted meanwhile may be missed. */
  list(prefix?: string): AsyncIterable<ListedFile>;
  /**
   * A folder for unfinished files from which `put` is a rename, where there is one; `check()` makes it.
   * Files in it that nobody wrote to for long are leftovers.
   */
  readonly spool?: string;
  /**
   * Removes what writers that died left: files in the spool, unfinished uploads.
   * @param olderThanMs not written to for that long; longer than any download may rest between two attempts.
   * @returns how many.
   */
  removeLeftovers(olderThanMs: number): Promise<number>;
}
