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
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: at.host, port: at.port }, () => {
      server.off('error', reject);
      resolve();
    });
  }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${at.setting}: ${problem(error, at.host, at.port)}`, { cause: error });
  });
  return (server.address() as AddressInfo).port;
}

/** Takes no new connections, ends idle ones, and resolves when the requests in hand are answered. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

function problem(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE')
    return `port ${port} on ${host} is in use; choose another, or 0 for any free one`;
  if (error.code === 'EACCES')
    return `port ${port} may not be taken by this user; use 1024 or above`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return `cannot listen on ${host}, which is not an address of this machine`;
  return `cannot listen on ${host}:${port} (${error.code ?? error.message})`;
}
