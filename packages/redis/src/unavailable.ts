import { isRefusal, NotServingError } from './connection-error.js';
import { NotReplicatedError } from './replicated.js';

/** How a Redis answers that cannot serve a command in its present state, whatever the command is. */
const REPLIES =
  /^(ERR Error running script .*? -)?(READONLY|LOADING|MASTERDOWN|UNBLOCKED|OOM|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|MISCONF|BUSY) /;

/** Names of ioredis' errors about connections. */
const NAMES: ReadonlySet<string> = new Set(['MaxRetriesPerRequestError', 'ClusterAllFailedError']);

/** Messages of ioredis' other errors about connections, which have neither a class nor a code. */
const MESSAGES =
  /^(Connection is closed|Command timed out|Stream isn't writeable|Cluster isn't ready|Cluster is disconnect|None of startup nodes|Too many Cluster redirections|Node is disconnected|No master (node )?is|Socket timeout\. Expecting data|Redis (is away|gave no answer))/;

/**
 * Whether a command failed because Redis cannot be reached or does not serve at the moment, and not because of the
 * command: the same command may succeed later.
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
