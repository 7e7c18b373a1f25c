import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { ConnectionGuard } from '@chatlane/runtime';
import { createPublicApp } from './public-app.js';

/** Serves the public routes on a free local port, with connections limited by `guard`. */
export async function startPublicServer(
  parts: Parameters<typeof createPublicApp>[0],
  guard: ConnectionGuard,
): Promise<Server> {
  const server = createServer(createPublicApp(parts)).listen(0, '127.0.0.1');
  guard.watch(server);
  await once(server, 'listening');
  return server;
}

/** Closes every connection, and resolves once the server is closed. */
export async function stopServer(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
