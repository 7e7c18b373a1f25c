import type { BroadcastObserver } from '@chatlane/broadcasts';
import { createTroubleLog, type Logger } from '@chatlane/runtime';

/** Logs the runs of broadcasts, and why one has paused itself. */
export function createBroadcastLog(logger: Logger): BroadcastObserver {
  return {
    run: ({ id, event }) => logger.info({ broadcast: id }, `a broadcast was ${event}`),
    paused: ({ id, why }) =>
      logger.error(
        { broadcast: id, why },
        'a broadcast has paused because too many messages failed',
      ),
    trouble: createTroubleLog(logger),
  };
}
