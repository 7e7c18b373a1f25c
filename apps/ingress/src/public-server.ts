import { createServer, type RequestListener } from 'node:http';
import { closeServer, listen, type ConnectionGuard } from '@chatlane/runtime';

/** Telegram closes connections that were idle for 60 s (td WebhookActor), and must be the first to do so. */
const KEEP_ALIVE_MS = 75_000;

/** Telegram sends a request of at most 512 KiB without pauses, and a proxy in between adds little delay. */
const timeouts = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
};

/** The HTTP server for the webhook, events and file links. */
export interface PublicServer {
  /** Starts to listen. Rejects when the port is taken. */
  start(): Promise<void>;
  /** Responds to pending requests, then closes. */
  stop(): Promise<void>;
  /** The port in use; undefined before the start. */
  readonly port: number | undefined;
}

/**
 * @param at.port 0 uses any free port
 * @param guard limits connections, so that clients cannot use up the file descriptors that Redis and the ops port need
 */
export function createPublicServer(
  app: RequestListener,
  at: { host: string; port: number },
  guard: Pick<ConnectionGuard, 'watch'>,
): PublicServer {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, ...timeouts }, app);
  guard.watch(server);
  let port: number | undefined;
  return {
    async start() {
      port = await listen(server, { ...at, setting: 'INGRESS_PORT' });
    },
    async stop() {
      await closeServer(server);
    },
    get port() {
      return port;
    },
  };
}
