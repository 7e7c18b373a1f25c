import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Listens and resolves to the port taken (of interest when `port` is 0).
 * @param at.setting the environment variable behind `port`, named in the error.
 * @throws an Error that says which setting to change when the port is in use or may not be taken.
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
 * Takes no new connections and resolves when the requests in hand are answered.
 * @param options.graceMs after that long what is still open is cut off. Default 5000.
 */
export async function closeServer(
  server: Server,
  { graceMs = 5_000 }: { graceMs?: number } = {},
): Promise<void> {
  if (!server.listening) return;
  // A kept-alive connection that was busy at the close turns idle only after its answer.
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const grace = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(idle);
  clearTimeout(grace);
}

function problem(error: NodeJS.ErrnoException, host: string, port: number): string {
  const noAddress = `cannot be used, as ${host} is no address of this machine`;
  const known: Record<string, string> = {
    EADDRINUSE: `port ${port} on ${host} is in use; choose another, or 0 for any free one`,
    EACCES: `port ${port} may not be taken by this user; choose one from 1024 up`,
    EADDRNOTAVAIL: noAddress,
    ENOTFOUND: noAddress,
  };
  return known[error.code ?? ''] ?? `cannot listen on ${host}:${port} (${error.message})`;
}
