import { DownloadHandedBack, DownloadRefused, type DownloadRequest } from '@chatlane/contracts';
import type { DownloadTry, FetchedFile, FetchFile } from '@chatlane/downloads';
import type { Dispatcher } from 'undici';
import { createAddresses, type FilePlace } from './address.js';
import type { Bandwidth } from './bandwidth.js';
import type { FindFile } from './find-file.js';
import { postponeWhenFull } from './full-disk.js';
import type { Inspect } from './inspect.js';
import type { FetchObserver } from './observer.js';
import { nameOf, requireTaken } from './rules.js';
import type { Quarantine } from './scan/quarantine.js';
import type { Scan } from './scan/scan.js';
import { createDiskSource } from './source/disk-source.js';
import { createHttpSource } from './source/http-source.js';
import { LinkRefused, type Source } from './source/source.js';
import type { SpoolFile } from './spool/spool-file.js';
import type { Spool } from './spool/spool.js';
import { transfer, WrongLength } from './transfer.js';

/** From this attempt on, about twenty seconds after the first, errors that could be temporary are treated as final. */
const DECISIVE_ATTEMPT = 4;

/** Options of `createFetchFile`. */
export interface FetchOptions {
  findFile: FindFile;
  inspect: Inspect;
  apiRoot: string;
  token: string;
  /** The file folder of a local Bot API server; undefined when there is none. */
  filesDir: string | undefined;
  dispatcher: Dispatcher;
  spool: Spool;
  bandwidth: Bandwidth;
  limits: FetchLimits;
  /** DOWNLOAD_TYPES, in lower case. */
  types: readonly string[];
  scan: Scan | undefined;
  quarantine: Quarantine;
  observer: FetchObserver;
}

/** Limits of one attempt. */
export interface FetchLimits {
  maxBytes: number;
  /** The maximum duration of a transfer in milliseconds, not counting waits for the bandwidth limit. */
  totalMs: number;
  /** The maximum time without data, in milliseconds. */
  idleMs: number;
  /** The maximum number of attempts. The last one leaves nothing to resume from. */
  attempts: number;
}

/** Fetches a file from Telegram into the spool, checks it, and has it scanned. */
export function createFetchFile(options: FetchOptions): FetchFile {
  const { spool, limits, observer } = options;
  const addressOf = createAddresses(options);

  function sourceOf(place: FilePlace): Source {
    if ('url' in place) {
      const { dispatcher } = options;
      return createHttpSource({ url: place.url, dispatcher, idleMs: limits.idleMs });
    }
    if (options.filesDir !== undefined) return createDiskSource(place.path, options.filesDir);
    observer.misconfigured(
      'the Bot API server runs in local mode: set TELEGRAM_FILES_DIR to its folder',
    );
    throw new DownloadRefused('unsafe');
  }

  function requireFit(size: number | undefined): void {
    if (size !== undefined && size > limits.maxBytes) {
      throw new DownloadRefused('too-big', limits.maxBytes);
    }
  }

  /** One pass from getFile to the last byte. */
  async function receiveOnce(request: DownloadRequest, job: DownloadTry, file: SpoolFile) {
    const { filePath, size } = await options.findFile(request, {
      isDecisive: isDecisive(job.attempt, limits.attempts),
      signal: job.signal,
    });
    const expected = size ?? request.media.size;
    requireFit(expected);
    await transfer({
      source: sourceOf(addressOf(filePath)),
      file,
      expected,
      ...limits,
      bandwidth: options.bandwidth,
      signal: job.signal,
      onProgress: (received, whole) => job.onProgress(received, whole),
      onBytes: (bytes) => observer.bytes(bytes),
      onResume: () => observer.resumed(),
    });
  }

  /** A link may have expired, and a response may have been cut short: each gets one second chance. */
  async function receive(
    request: DownloadRequest,
    job: DownloadTry,
    file: SpoolFile,
  ): Promise<void> {
    try {
      await receiveOnce(request, job, file);
    } catch (error) {
      if (error instanceof WrongLength) file.restart();
      else if (!(error instanceof LinkRefused)) throw error;
      observer.linkRenewed();
      await receiveOnce(request, job, file).catch((again: unknown) => {
        if (again instanceof WrongLength) throw new DownloadRefused('damaged');
        if (again instanceof LinkRefused && isDecisive(job.attempt, limits.attempts)) {
          throw new DownloadRefused('expired');
        }
        throw again;
      });
    }
  }

  async function check(request: DownloadRequest, job: DownloadTry, file: SpoolFile) {
    const { path, received: size } = file;
    const fetched = { path, size, sha256: file.sha256() };
    const { media, userId } = request;
    const { type, isSafe } = await options.inspect(request, path, job);
    requireTaken(media, type, { maxBytes: limits.maxBytes, types: options.types });
    if (!isSafe) throw new DownloadRefused('unsafe');
    const found = await options.scan?.scan(path, job.signal);
    if (found === undefined) return { ...fetched, type, name: nameOf(media, type) };
    observer.infected(found);
    const { sha256 } = fetched;
    const infection = { sha256, size, found, file: media.fileUniqueId, userId };
    // A file that cannot be quarantined is deleted with the spool's file; it counts as infected all the same.
    await options.quarantine(path, infection).catch((error: NodeJS.ErrnoException) => {
      observer.notQuarantined();
      observer.misconfigured(
        `an infected file could not be quarantined (${error.code ?? error.name}): free space in QUARANTINE_DIR, or set another folder`,
      );
    });
    throw new DownloadRefused('infected');
  }

  /** Keeps what the next attempt can resume from, and removes everything else. */
  function clean(file: SpoolFile, error: unknown, { signal, attempt }: DownloadTry): void {
    const isTriedAgain = signal.aborted
      ? signal.reason instanceof DownloadHandedBack
      : !(error instanceof DownloadRefused) && attempt < limits.attempts;
    try {
      if (isTriedAgain && file.received > 0) file.leave();
      else file.discard();
    } catch {
      // A full disk has no space for a checkpoint, and the part only occupies space.
      file.discard();
    }
  }

  function spoolError(error: unknown): unknown {
    return postponeWhenFull(error, () =>
      observer.misconfigured(
        'the spool folder is full: free some space, or move SPOOL_DIR to a larger disk',
      ),
    );
  }

  return async function fetchFile(request, job): Promise<FetchedFile> {
    const { size } = request.media;
    requireFit(size);
    const file = await spool.open(request.id).catch((error: unknown) => {
      throw spoolError(error);
    });
    try {
      await receive(request, job, file);
      file.requireOurs();
      const fetched = await check(request, job, file);
      file.finish();
      return fetched;
    } catch (error) {
      clean(file, error, job);
      throw spoolError(error);
    }
  };
}

/** Whether errors that could be temporary are treated as final now. */
function isDecisive(attempt: number, attempts: number): boolean {
  return attempt >= Math.min(DECISIVE_ATTEMPT, attempts);
}
