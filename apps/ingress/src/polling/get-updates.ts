import { isNestedTooDeeply } from '@chatlane/contracts';
import { PollError, toPollError } from './poll-error.js';
import { fetchThroughProxy, type Proxy } from './proxy-fetch.js';
import { splitUpdates } from './split-updates.js';

/** Fetches the updates from `offset` on; undefined starts at the earliest unconfirmed one. */
export type GetUpdates = (offset: number | undefined, signal: AbortSignal) => Promise<Buffer[]>;

/** How much longer than Telegram's long polling timeout a response may take. */
const GRACE_MS = 10_000;

/**
 * @param options.allowedUpdates is called before each request, and returns the kinds of update to
 *   request. Default: Telegram uses those of the previous request
 * @param options.holdSeconds Telegram's long polling timeout, in seconds. Default: 30
 */
export function createGetUpdates(options: {
  apiRoot: string;
  token: string;
  proxy?: Proxy | undefined;
  holdSeconds?: number;
  allowedUpdates?: () => Promise<readonly string[] | undefined>;
}): GetUpdates {
  const { apiRoot, token, holdSeconds = 30 } = options;
  const url = `${apiRoot.replace(/\/+$/, '')}/bot${token}/getUpdates`;
  const post = options.proxy ? fetchThroughProxy(options.proxy) : fetch;

  /** Resolves to the status and the body of any response. */
  async function call(parameters: object, signal: AbortSignal) {
    // On Node 20, AbortSignal.any would leak a little per call while `signal` lives, and `signal`
    // lives as long as the process.
    const ending = new AbortController();
    const end = (): void => ending.abort();
    const late = setTimeout(end, holdSeconds * 1_000 + GRACE_MS);
    signal.addEventListener('abort', end);
    try {
      signal.throwIfAborted();
      const response = await post(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(parameters),
        redirect: 'error',
        signal: ending.signal,
      });
      return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
    } catch (error) {
      signal.throwIfAborted();
      throw new PollError(
        'network',
        `No response from ${new URL(apiRoot).host}: ${causeOf(error)}`,
      );
    } finally {
      clearTimeout(late);
      signal.removeEventListener('abort', end);
    }
  }

  return async function getUpdates(offset, signal) {
    const allowed_updates = await options.allowedUpdates?.();
    const parameters = { offset, timeout: holdSeconds, limit: 100, allowed_updates };
    const { status, body } = await call(parameters, signal);
    if (status !== 200) throw toPollError(status, parse(body));
    const updates = splitUpdates(body);
    if (!updates)
      throw new PollError('answer', "Telegram's response to getUpdates contains no list.");
    return updates;
  };
}

/** The parsed error response; undefined if it is not JSON. */
function parse(body: Buffer): unknown {
  const json = body.toString('utf8');
  try {
    return isNestedTooDeeply(json) ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** The error's code (ECONNREFUSED...), because a message could contain the URL and with it the token. */
function causeOf(error: unknown): string {
  const { name, cause } = error as Error & { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : name;
}
