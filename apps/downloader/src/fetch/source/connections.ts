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
/** Less than a TLS record has. The head of an answer may be no longer. */
const MAX_HEAD = 8 * 1024;

/** A forward proxy for https: servers. */
export interface Proxy {
  url: string;
  /** Hosts that are reached directly, with commas between them. */
  noProxy: string;
}

type ConnectionsOptions = Pick<ConnectionOptions, 'ca'> & { proxy?: Proxy | undefined };

/**
 * Connections to the file's server that read into the same two buffers again and again: a buffer for each read, as
 * sockets have them, takes V8 longer to free than the bytes take to pass, and tens of megabytes until it looks.
 *
 * A chunk of an answer is only good until the next one is asked for.
 *
 * Through a proxy, connections are ordinary ones, with a buffer for each read.
 *
 * @param options.ca what the server's certificate is judged by; default: what Node.js trusts
 * @param options.proxy the way to https: servers; default: directly
 */
export function createConnections(options: ConnectionsOptions = {}): Dispatcher {
  const { proxy, ...trust } = options;
  if (proxy !== undefined) {
    // All of undici, which a proxy needs, takes 8 MB of the thread: it is loaded for a proxy only.
    const { EnvHttpProxyAgent } = createRequire(import.meta.url)('undici') as Undici;
    const tls = { ...trust, timeout: CONNECT_MS };
    return new EnvHttpProxyAgent({
      maxHeaderSize: MAX_HEAD,
      connect: tls,
      proxyTls: tls,
      requestTls: tls,
      // Without the empty texts, undici would read the environment.
      httpProxy: '',
      httpsProxy: proxy.url,
      noProxy: proxy.noProxy,
    });
  }
  return new Agent({
    maxHeaderSize: MAX_HEAD,
    connect(options, opened) {
      // A socket's own option, which the types of a connector do not have.
      const roomForAChunk = { highWaterMark: 2 * READ_AT_ONCE };
      const { onread, pushTo } = readInTurns();
      const connector = buildConnector({
        ...trust,
        ...roomForAChunk,
        timeout: CONNECT_MS,
        onread,
      });
      // A connector gives back its socket, which its types keep to themselves.
      pushTo(connector(options, opened) as unknown as Socket);
    },
  });
}

/** While one buffer's bytes wait to be taken, the other is read into; a third is made when neither is free. */
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
        // The parser keeps hold of a head that is not whole yet.
        return socket?.push(length > MAX_HEAD ? chunk : Buffer.from(chunk)) ?? false;
      },
    },
  };
}
