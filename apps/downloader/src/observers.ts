import type { DownloadObserver } from '@chatlane/downloads';
import type { FetchObserver } from './fetch/observer.js';
import type { DownloaderLog } from './log.js';
import type { ProcessingObserver } from './processors/observer.js';

/** The metrics hear all, the log what an operator has to know. */
export function bothDownloadObservers(
  metrics: DownloadObserver,
  log: DownloaderLog,
): DownloadObserver {
  return {
    ...metrics,
    ended(...event) {
      metrics.ended?.(...event);
      log.ended(...event);
    },
    putOff(...event) {
      metrics.putOff?.(...event);
      log.putOff(...event);
    },
    trouble(...event) {
      metrics.trouble?.(...event);
      log.trouble(...event);
    },
  };
}

export function bothFetchObservers(
  metrics: Omit<FetchObserver, 'misconfigured'>,
  log: DownloaderLog,
): FetchObserver {
  return {
    ...metrics,
    misconfigured: log.misconfigured,
    infected(found) {
      metrics.infected(found);
      log.infected(found);
    },
  };
}

export function bothProcessingObservers(
  metrics: Pick<ProcessingObserver, 'ended'>,
  log: DownloaderLog,
): ProcessingObserver {
  return { ...metrics, faulted: log.faulted, trouble: log.trouble };
}
