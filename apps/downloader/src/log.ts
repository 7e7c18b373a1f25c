import type { DownloadObserver } from '@chatlane/downloads';
import { createTroubleLog, type Logger } from '@chatlane/runtime';
import type { FetchObserver } from './fetch/observer.js';

/** Puts what an operator has to know on the log; nothing in it is a user's. */
export function createDownloaderLog(logger: Logger): Pick<FetchObserver, 'infected' | 'trouble'> &
  Required<Pick<DownloadObserver, 'ended' | 'putOff'>> & {
    went: (what: string, error: unknown) => void;
  } {
  const trouble = createTroubleLog(logger);
  return {
    ended: (kind, outcome, bytes, tookMs) =>
      logger[outcome === 'unavailable' ? 'warn' : 'debug'](
        { kind, outcome, bytes, durationMs: Math.round(tookMs) },
        'a download has ended',
      ),
    putOff(kind, cause, error) {
      if (cause === 'failed') trouble(`fetching a ${kind}`, error);
      else logger.debug({ kind, cause }, 'a download was put off');
    },
    infected: (found) => logger.warn({ found }, 'an infected file was refused'),
    trouble: (remedy) => trouble(remedy, undefined),
    went: trouble,
  };
}
