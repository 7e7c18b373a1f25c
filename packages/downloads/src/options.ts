import type {
  DownloadRequest,
  FileAddress,
  InternalEvent,
  MediaKind,
  StoredFile,
} from '@chatlane/contracts';
import type { Redis } from '@chatlane/redis';
import type { DownloadLimits } from './limits.js';
import type { DownloadObserver } from './observer.js';
import type { CheckStored, DownloadStorage, FetchFile } from './ports.js';

/** What a downloader is created with. */
export interface DownloaderOptions {
  /** A connection with `whenDown: 'wait'`: work continues when Redis is back. */
  redis: Redis;
  /** The name of the deployment: the prefix of all its keys. */
  name: string;
  /** Fetches a file from Telegram. */
  fetchFile: FetchFile;
  /** Inspects a fetched file before it is stored for the user. */
  checkStored: CheckStored;
  /** Where files are stored. */
  storage: DownloadStorage;
  /**
   * The key of an object in the storage, of a-z 0-9 / _ . -, by content or by the file's id. The key of a deleted
   * object is never reused: `.r<n>` is appended.
   */
  keyOf(file: { id: string; sha256: string; kind: MediaKind }): string;
  /** Sends an event to its lane, once per id: `intake.pushInternal(event, address.lane, address.sessionUser)`. */
  notify(event: InternalEvent, address: FileAddress): Promise<unknown>;
  /** Called with the progress that fetches report. */
  onProgress?(request: DownloadRequest, received: number, size?: number): void;
  /** Called after a stored file was reported, at least once per request: starts its processors. */
  afterStored?(request: DownloadRequest, file: StoredFile): Promise<void>;
  /** Absent limits have their defaults. */
  limits?: Partial<DownloadLimits>;
  /** Is notified of what happens to downloads. Default: none. */
  observer?: DownloadObserver;
}
