import { isNestedTooDeeply } from '@chatlane/contracts';
import { PollError, toPollError } from './poll-error.js';
import { fetchThroughProxy, type Proxy } from './proxy-fetch.js';
import { splitUpdates } from './split-updates.js';

/** Asks for the updates from `offset` on; an undefined one means the earliest that is not confirmed. */
export type GetUpdates = (offset: number | undefined, signal: AbortSignal) => Promise<Buffer[]>;

/** How long an answer may take beyond the time for which Telegram holds the call. */
const GRACE_MS = 10_000;

/**
 * @param options.allowedUpdates the kinds to ask for, of each call; undefined: those of the call before. Default: undefined.
 * @param options.holdSeconds how long Telegram waits for an update before it answers with none. Default 30.
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

  /** Resolves to the status and body, whatever they are. */
  async function call(parameters: object, signal: AbortSignal) {
    // No AbortSignal.any: Node 20 keeps a little of each as long as `signal` lives, which is as long as the process.
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
      throw new PollError('network', `No answer from ${new URL(apiRoot).host}: ${causeOf(error)}`);
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
    if (!updates) throw new PollError('answer', 'Telegram answered getUpdates without a list.');
    return updates;
  };
}

/** Undefined: it is not the JSON of an error answer. */
function parse(body: Buffer): unknown {
  const json = body.toString('utf8');
  try {
    return isNestedTooDeeply(json) ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** The code of what went wrong (ECONNREFUSED...): a message could hold the URL, and so the token. */
function causeOf(error: unknown): string {
  const { name, cause } = error as Error & { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : name;
}
