import type { DownloadObserver } from '@chatlane/downloads';
import { createTroubleLog, type Logger } from '@chatlane/runtime';
import type { FetchObserver } from './fetch/observer.js';
import type { ProcessingObserver } from './processors/observer.js';

export type DownloaderLog = Required<Pick<DownloadObserver, 'ended' | 'putOff' | 'trouble'>> &
  Pick<FetchObserver, 'infected' | 'misconfigured'> &
  Pick<ProcessingObserver, 'faulted'>;

/** Logs what an operator has to know, without any user data. */
export function createDownloaderLog(logger: Logger): DownloaderLog {
  const trouble = createTroubleLog(logger);
  return {
    ended(kind, outcome, bytes, tookMs) {
      const download = { kind, outcome, bytes, durationMs: Math.round(tookMs) };
      if (outcome === 'unavailable') logger.warn(download, 'download failed for good');
      else logger.debug(download, 'download finished');
    },
    putOff(kind, cause, error) {
      if (cause === 'failed') trouble('fetch', error);
      else logger.debug({ kind, cause }, 'download postponed');
    },
    trouble,
    infected: (found) => logger.warn({ found }, 'infected file refused'),
    faulted: (processor, failure, fault) =>
      logger.warn({ processor, failure, fault }, 'processor failed'),
    misconfigured: (remedy) => trouble(remedy, undefined),
  };
}
