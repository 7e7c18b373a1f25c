import { isRefusal, NotServingError } from './connection-error.js';
import { NotReplicatedError } from './replicated.js';

/** Error replies of a Redis that cannot serve in its current state, whatever the command is. */
const REPLIES =
  /^(ERR Error running script .*? -)?(READONLY|LOADING|MASTERDOWN|UNBLOCKED|OOM|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|MISCONF|BUSY) /;

/** Names of ioredis' connection errors. */
const NAMES: ReadonlySet<string> = new Set(['MaxRetriesPerRequestError', 'ClusterAllFailedError']);

/** Messages of ioredis' other connection errors, which have neither a class nor a code. */
const MESSAGES =
  /^(Connection is closed|Command timed out|Stream isn't writeable|Cluster isn't ready|Cluster is disconnect|None of startup nodes|Too many Cluster redirections|Node is disconnected|No master (node )?is|Socket timeout\. Expecting data|Redis (is unavailable|gave no answer))/;

/**
 * Whether a command failed because Redis cannot be reached or does not serve at the moment, so that the same command
 * may succeed later. False when the command itself is wrong.
 */
export function isRedisUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, message } = error;
  return (
    error instanceof NotServingError ||
    error instanceof NotReplicatedError ||
    NAMES.has(name) ||
    REPLIES.test(message) ||
    MESSAGES.test(message) ||
    isRefusal(error)
  );
}
