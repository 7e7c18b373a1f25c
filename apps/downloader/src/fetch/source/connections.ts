import { createRequire } from 'node:module';
import type { OnReadOpts, Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type * as undici from 'undici';
import type { Dispatcher } from 'undici';
import buildConnector from 'undici/lib/core/connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';

type Undici = typeof undici;

const CONNECT_MS = 10_000;
const READ_AT_ONCE = 256 * 1024;
/** Smaller than a TLS record. A response head may not be longer. */
const MAX_HEAD = 8 * 1024;

/** A forward proxy for https: servers. */
export interface Proxy {
  url: string;
  /** A comma-separated list of hosts that are reached directly. */
  noProxy: string;
}

type ConnectionsOptions = Pick<ConnectionOptions, 'ca'> & { proxy?: Proxy | undefined };

/**
 * Connections to the file server that reuse two read buffers. By default, sockets allocate a buffer per read. V8 then
 * frees the buffers more slowly than the bytes arrive, and tens of megabytes pile up.
 *
 * A chunk of a response is valid only until the next one is requested.
 *
 * Connections through a proxy are ordinary ones, with a buffer per read.
 *
 * @param options.ca the trusted certificate authorities; default: those of Node.js
 * @param options.proxy the proxy for https: servers; default: none
 */
export function createConnections(options: ConnectionsOptions = {}): Dispatcher {
  const { proxy, ...trust } = options;
  if (proxy !== undefined) {
    // The complete undici, which only a proxy needs, takes 8 MB of memory, so it is loaded on demand.
    const { EnvHttpProxyAgent } = createRequire(import.meta.url)('undici') as Undici;
    const tls = { ...trust, timeout: CONNECT_MS };
    return new EnvHttpProxyAgent({
      maxHeaderSize: MAX_HEAD,
      connect: tls,
      proxyTls: tls,
      requestTls: tls,
      // Without these empty strings, undici would read the environment.
      httpProxy: '',
      httpsProxy: proxy.url,
      noProxy: proxy.noProxy,
    });
  }
  return new Agent({
    maxHeaderSize: MAX_HEAD,
    connect(options, opened) {
      // A socket option that the connector's types lack.
      const roomForAChunk = { highWaterMark: 2 * READ_AT_ONCE };
      const { onread, pushTo } = readInTurns();
      const connector = buildConnector({
        ...trust,
        ...roomForAChunk,
        timeout: CONNECT_MS,
        onread,
      });
      // The connector returns its socket, although its types do not say so.
      pushTo(connector(options, opened) as unknown as Socket);
    },
  });
}

/**
 * Reads into one buffer while the bytes of the other wait to be consumed; a third is allocated when neither is free.
 */
function readInTurns(): { onread: OnReadOpts; pushTo: (socket: Socket) => void } {
  let socket: Socket | undefined;
  let current = Buffer.allocUnsafeSlow(READ_AT_ONCE);
  let spare = Buffer.allocUnsafeSlow(READ_AT_ONCE);
  let lastRead = 0;
  return {
    pushTo: (opened) => void (socket = opened),
    onread: {
      buffer() {
        const waiting = socket?.readableLength ?? 0;
        const free = waiting <= lastRead ? spare : Buffer.allocUnsafeSlow(READ_AT_ONCE);
        [current, spare] = [free, current];
        return current;
      },
      callback(length, buffer) {
        lastRead = length;
        const chunk = (buffer as Buffer).subarray(0, length);
        // The parser keeps a reference to an incomplete head.
        return socket?.push(length > MAX_HEAD ? chunk : Buffer.from(chunk)) ?? false;
      },
    },
  };
}
