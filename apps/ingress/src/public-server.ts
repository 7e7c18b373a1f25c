import { createServer, type RequestListener } from 'node:http';
import { closeServer, listen, type ConnectionGuard } from '@chatlane/runtime';

/** Telegram drops a connection that was idle for 60 s (td WebhookActor); it has to be the first to do so. */
const KEEP_ALIVE_MS = 75_000;

/** Telegram sends a request of at most 512 KiB at once; a proxy in between adds little. */
const timeouts = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
};

export interface PublicServer {
  start(): Promise<void>;
  /** Answers what is in flight, then closes. */
  stop(): Promise<void>;
  readonly port: number | undefined;
}

/**
 * @param at.port 0 takes any free one.
 * @param guard keeps descriptors for Redis and the ops port, whatever clients do.
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
