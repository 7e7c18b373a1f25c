import { ReplyError } from 'ioredis';

/** How Redis answers a connection whose user, password, permissions or database are wrong. */
const REFUSAL =
  /^(WRONGPASS|NOAUTH|NOPERM|ERR (DB index|invalid DB index|SELECT is not allowed|invalid password|AUTH))\b/;

/**
 * How a server answers that has become a replica, or is loading its data; a script's write may be answered so behind the
 * words of Redis 6. `UNBLOCKED` ends a blocking read on a server that becomes a replica.
 */
const NOT_SERVING = /^(ERR Error running script .*? -)?(READONLY|LOADING|MASTERDOWN|UNBLOCKED) /;

/** The server was reached, but is a replica or still loading: another one, or the same one later, may serve. */
export class NotServingError extends Error {
  override readonly name = 'NotServingError';
}

/** Whether a command was refused for the server's present state, having changed nothing. */
export function doesNotServe(error: Error): boolean {
  return NOT_SERVING.test(error.message);
}

/** Sentinels, and nodes of a cluster, are asked one after another: the last one's error is part of the whole. */
type ConnectionError = Error & { lastNodeError?: Error };

/** What went wrong with a connection, in the words of the server or of the network. */
function describeConnectionError(error: ConnectionError): string {
  const { message } = error.lastNodeError ?? error;
  const [, last = message] = /Last error: (.*)$/s.exec(message) ?? [];
  return last.includes('certificate')
    ? `${last}: name the certificate of its authority in NODE_EXTRA_CA_CERTS`
    : last;
}

/** Whether Redis answered, but refuses this user, password or database: trying again does not help. */
export function isRefusal(error: ConnectionError): boolean {
  return REFUSAL.test(describeConnectionError(error));
}

/** Whether it was Redis itself that answered so, and not the network: Redis is there, and does not serve. */
export function hasAnswered(error: ConnectionError): boolean {
  const { lastNodeError = error } = error;
  return (
    lastNodeError instanceof ReplyError ||
    lastNodeError instanceof NotServingError ||
    isRefusal(error)
  );
}

/** The error that stops a start, or a command of the operator. */
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
