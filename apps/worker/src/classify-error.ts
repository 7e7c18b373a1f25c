import type { Verdict } from '@chatlane/lanes';
import { isRedisUnavailable } from '@chatlane/redis';
import { RetryError } from '@chatlane/telegram';

/** How many levels of `cause` are examined. */
const MAX_CAUSES = 4;

/**
 * Decides what happens to a failed turn. Infrastructure failures, also as the cause of another error, put the event off
 * without counting an attempt: a network error, an error of Telegram's server, a rejected token, an unavailable Redis.
 * For any other error `nextAction` decides, and the default is to retry.
 */
export function classifyError(error: unknown): Verdict {
  if (isInfrastructureFailure(error)) return { next: 'put-off' };
  if (!(error instanceof Error)) return { next: 'retry' };
  if ('nextAction' in error) return classifyByNextAction(error);
  let { cause } = error;
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth += 1) {
    if (isInfrastructureFailure(cause)) return { next: 'put-off' };
    ({ cause } = cause);
  }
  return { next: 'retry' };
}

function classifyByNextAction(error: Error & { nextAction: unknown }): Verdict {
  if (error.nextAction === 'never') return { next: 'never' };
  if (error.nextAction === 'ask') return { next: 'ask' };
  if (
    error.nextAction === 'retry-after' &&
    'retryAfterMs' in error &&
    typeof error.retryAfterMs === 'number' &&
    // A flood wait of another chat must not block this chat for hours.
    !('ofOwnChat' in error && error.ofOwnChat === false)
  ) {
    return { next: 'wait', forMs: error.retryAfterMs };
  }
  return { next: 'retry' };
}

function isInfrastructureFailure(error: unknown): boolean {
  const isRefusedToken =
    error instanceof Error &&
    'nextAction' in error &&
    error.nextAction === 'retry-after' &&
    'errorCode' in error &&
    error.errorCode === 401;
  return error instanceof RetryError || isRefusedToken || isRedisUnavailable(error);
}
