import type { DownloadObserver } from '@chatlane/downloads';
import { createTroubleLog, type Logger } from '@chatlane/runtime';
import type { FetchObserver } from './fetch/observer.js';
import type { ProcessingObserver } from './processors/observer.js';

export type DownloaderLog = Required<Pick<DownloadObserver, 'ended' | 'putOff' | 'trouble'>> &
  Pick<FetchObserver, 'infected' | 'misconfigured'> &
  Pick<ProcessingObserver, 'faulted'>;

/** Puts what an operator has to know on the log; nothing in it is a user's. */
export function createDownloaderLog(logger: Logger): DownloaderLog {
  const trouble = createTroubleLog(logger);
  return {
    ended(kind, outcome, bytes, tookMs) {
      const download = { kind, outcome, bytes, durationMs: Math.round(tookMs) };
      if (outcome === 'unavailable') logger.warn(download, 'a download was given up');
      else logger.debug(download, 'a download has ended');
    },
    putOff(kind, cause, error) {
      if (cause === 'failed') trouble('fetch', error);
      else logger.debug({ kind, cause }, 'a download was put off');
    },
    trouble,
    infected: (found) => logger.warn({ found }, 'an infected file was refused'),
    faulted: (processor, failure, fault) =>
      logger.warn({ processor, failure, fault }, 'a processor has failed'),
    misconfigured: (remedy) => trouble(remedy, undefined),
  };
}
