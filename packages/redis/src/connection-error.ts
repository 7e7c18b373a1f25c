/** How Redis answers a connection whose user, password, permissions or database are wrong. */
const REFUSAL =
  /^(WRONGPASS|NOAUTH|NOPERM|ERR (DB index|invalid DB index|SELECT is not allowed|invalid password|AUTH))\b/;

/** Sentinels, and nodes of a cluster, are asked one after another: the last one's error is part of the whole. */
type ConnectionError = Error & { lastNodeError?: Error };

/** What went wrong with a connection, in the words of the server or of the network. */
export function describeConnectionError(error: ConnectionError): string {
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

/** The error that stops a start, or a command of the operator. */
export function connectionFailed(error: ConnectionError | undefined): Error {
  const what = error && isRefusal(error) ? 'refuses the connection' : 'does not answer';
  const why = error ? ` (${describeConnectionError(error)})` : '';
  return new Error(`REDIS_URL: Redis ${what}${why}.`, { cause: error });
}
