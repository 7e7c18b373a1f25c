import { ReplyError } from 'ioredis';

/** Replies to a connection with a wrong user, password or database, or without the necessary permissions. */
const REFUSAL =
  /^(WRONGPASS|NOAUTH|NOPERM|ERR (DB index|invalid DB index|SELECT is not allowed|invalid password|AUTH))\b/;

/**
 * Replies of a server that has become a replica or is loading its data. Redis 6 puts a prefix before such an error when
 * it comes from a script. `UNBLOCKED` ends a blocking read on a server that becomes a replica.
 */
const NOT_SERVING = /^(ERR Error running script .*? -)?(READONLY|LOADING|MASTERDOWN|UNBLOCKED) /;

/** The server was reached, but is a replica or still loading. Another server, or the same one later, may serve. */
export class NotServingError extends Error {
  override readonly name = 'NotServingError';
}

/** Whether the server refused a command because of its current state, so that the command has changed nothing. */
export function doesNotServe(error: Error): boolean {
  return NOT_SERVING.test(error.message);
}

/** ioredis tries Sentinels and cluster nodes one after another. Its error contains the error of the last one. */
type ConnectionError = Error & { lastNodeError?: Error };

/** The message of the server or of the network about a failed connection. */
function describeConnectionError(error: ConnectionError): string {
  const { message } = error.lastNodeError ?? error;
  const [, last = message] = /Last error: (.*)$/s.exec(message) ?? [];
  return last.includes('certificate')
    ? `${last}: name the certificate of its authority in NODE_EXTRA_CA_CERTS`
    : last;
}

/** Whether Redis refuses this user, password or database, so that a retry does not help. */
export function isRefusal(error: ConnectionError): boolean {
  return REFUSAL.test(describeConnectionError(error));
}

/** Whether the error came from Redis and not from the network: Redis is reachable, but does not serve. */
export function isServerError(error: ConnectionError): boolean {
  const { lastNodeError = error } = error;
  return (
    lastNodeError instanceof ReplyError ||
    lastNodeError instanceof NotServingError ||
    isRefusal(error)
  );
}

/** The error with which a process refuses to start or an operator's command fails. Names REDIS_URL and the cause. */
export function connectionFailed(error: ConnectionError | undefined): Error {
  const what =
    error instanceof NotServingError
      ? 'cannot be used'
      : error && isRefusal(error)
        ? 'refuses the connection'
        : 'does not answer';
  const why = error ? ` (${describeConnectionError(error)})` : '';
  return new Error(`REDIS_URL: Redis ${what}${why}.`, { cause: error });
}
