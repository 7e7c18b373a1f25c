import type { Verdict } from '@chatlane/lanes';
import { isRedisUnavailable } from '@chatlane/redis';
import { RetryError } from '@chatlane/telegram';

/** How many errors an error may be wrapped in. */
const MAX_CAUSES = 4;

/**
 * Reads what an error asks for. A broken network, an error of Telegram's server, a refused token and a Redis that is
 * away are nobody's fault, also as the cause of another error. Any other error asks for another try, if it does not say
 * something else in `nextAction`.
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
    // The flood of another chat must not hold up the chat in hand for hours.
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
