import { Agent, EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';

/** A forward proxy for https: servers; an `http:` Bot API server is always reached directly. */
export interface ProxyOptions {
  /** `http:` or `https:` URL of a proxy that supports CONNECT; may contain a user name and a password. */
  url: string;
  /** Comma-separated hosts that are reached directly, as in `NO_PROXY`. Default: none. */
  noProxy?: string | undefined;
}

interface HttpPoolOptions {
  proxy?: ProxyOptions | undefined;
  /** Certificate authority to trust, in PEM. Default: those that Node.js trusts. */
  ca?: string | undefined;
  /** Milliseconds for opening a connection: DNS lookup, TCP and TLS. Default: 10,000. */
  connectTimeoutMs?: number;
  /** Whether a connection serves further requests. Default: true. */
  keepsAlive?: boolean;
}

/** Further calls to the same server wait for a free connection. */
const CONNECTIONS_PER_SERVER = 256;
/** A server may close an idle connection at any time; Telegram does so after more than a minute. */
const KEEP_ALIVE_MS = 30_000;
/** Node.js tries the next address of a host after only 250 ms, which is too short for slow routes. */
const NEXT_ADDRESS_AFTER_MS = 1_000;

/**
 * A pool of connections, each with one request at a time. It sets no response timeouts, because each call brings its own
 * signal. IPv6 and IPv4 addresses are tried in turn.
 */
export function createHttpPool(options: HttpPoolOptions = {}): Dispatcher {
  const { proxy, ca, connectTimeoutMs = 10_000, keepsAlive = true } = options;
  const connect = {
    timeout: connectTimeoutMs,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MS,
    ...(ca !== undefined && { ca }),
  };
  const pool = {
    connections: CONNECTIONS_PER_SERVER,
    // undici closes a connection without pipelining after its first response.
    pipelining: keepsAlive ? 1 : 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  if (proxy === undefined) return new Agent({ ...pool, connect });
  // Without the empty strings, undici would read the environment.
  return new EnvHttpProxyAgent({
    ...pool,
    connect,
    httpProxy: '',
    httpsProxy: proxy.url,
    noProxy: proxy.noProxy ?? '',
    factory: (origin, given: Pool.Options) => new Pool(origin, endingAttempts(given)),
    proxyTls: connect,
    requestTls: connect,
    clientFactory: (origin, given) =>
      new Pool(origin, { ...given, pipelining: 0, headersTimeout: connectTimeoutMs }),
  });
}

/**
 * When a proxy answers CONNECT by closing the connection, undici mistakes the error for that of a request and
 * reconnects at once, forever. Wrapped in another error, it fails the calls that wait for the connection.
 */
function endingAttempts(options: Pool.Options): Pool.Options {
  const { connect } = options;
  if (typeof connect !== 'function') return options;
  return {
    ...options,
    connect: (target, callback) =>
      connect(target, (error, socket) => {
        if (error === null) callback(error, socket);
        else callback(new Error(`the proxy failed: ${error.message}`, { cause: error }), null);
      }),
  };
}
