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

export interface DownloaderOptions {
  /** A `wait` connection: the work goes on when Redis is back. */
  redis: Redis;
  /** Name of the deployment: the prefix of all its keys. */
  name: string;
  fetchFile: FetchFile;
  checkStored: CheckStored;
  storage: DownloadStorage;
  /**
   * Key of an object in the storage, of a-z 0-9 / _ . -: content addressed or by the file's id. An object that was
   * deleted is not stored under its key again: `.r<n>` is added.
   */
  keyOf(file: { id: string; sha256: string; kind: MediaKind }): string;
  /** Puts an event into its lane, once for its id: `intake.pushInternal(event, address.lane, address.sessionUser)`. */
  tell(event: InternalEvent, address: FileAddress): Promise<unknown>;
  /** What fetches tell of their progress is passed on here. */
  onProgress?(request: DownloadRequest, received: number, size?: number): void;
  /** Called after a stored file was told, at least once a request: starts its processors. */
  afterStored?(request: DownloadRequest, file: StoredFile): Promise<void>;
  /** What is left out has its default. */
  limits?: Partial<DownloadLimits>;
  observer?: DownloadObserver;
}
