import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Starts listening. Resolves to the port, which matters when `port` is 0.
 *
 * @param at.setting the environment variable that holds the port, for the error message
 * @throws an Error that names the setting when the port is in use or not permitted
 */
export async function listen(
  server: Server,
  at: { host: string; port: number; setting: string },
): Promise<number> {
  const { host, port, setting } = at;
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void =>
      reject(new Error(`${setting}: ${problem(error, host, port)}`, { cause: error }));
    server.once('error', refuse);
    server.listen({ host, port }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/**
 * Accepts no new connections, and resolves once all requests in progress have been answered. Connections that are still
 * open after `graceMs` (default 5,000) are cut.
 */
export async function closeServer(
  server: Server,
  { graceMs = 5_000 }: { graceMs?: number } = {},
): Promise<void> {
  if (!server.listening) return;
  // A busy keep-alive connection becomes idle only after its answer, so closing idle ones once is not enough.
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const grace = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(idle);
  clearTimeout(grace);
}

function problem(error: NodeJS.ErrnoException, host: string, port: number): string {
  const noAddress = `cannot be used, as ${host} is not an address of this machine`;
  const known: Record<string, string> = {
    EADDRINUSE: `port ${port} on ${host} is in use; choose another, or 0 for any free one`,
    EACCES: `port ${port} is reserved for privileged users; choose one from 1024 up`,
    EADDRNOTAVAIL: noAddress,
    ENOTFOUND: noAddress,
  };
  return known[error.code ?? ''] ?? `cannot listen on ${host}:${port} (${error.message})`;
}
