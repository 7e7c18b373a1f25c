import { freePort } from '@chatlane/processes';
import {
  startRedisProxy,
  startRedisServer,
  type RedisProxy,
  type RedisServer,
} from '@chatlane/testing';
import { Redis as Plain } from 'ioredis';

/**
 * Starts a server, or a cluster of one node, that can be reached only through the proxy. Adds its clean-up to `stops`.
 *
 * @returns the proxy, the server, and the URL that leads through the proxy
 */
export async function startBehindProxy(
  kind: string,
  stops: (() => unknown)[],
): Promise<[RedisProxy, RedisServer, string]> {
  const proxy = await startRedisProxy(0);
  stops.push(() => proxy.stop());
  const args =
    kind === 'single'
      ? []
      : [
          ...['--cluster-enabled', 'yes', '--cluster-port', String(await freePort())],
          ...['--cluster-announce-ip', '127.0.0.1'],
          ...['--cluster-announce-port', String(proxy.port)],
        ];
  const server = await startRedisServer(args);
  stops.push(() => server.stop());
  proxy.leadTo(server.port);
  if (kind === 'single') return [proxy, server, proxy.url];
  const admin = new Plain(server.url);
  await admin.cluster('ADDSLOTSRANGE', 0, 16_383);
  admin.disconnect();
  return [proxy, server, `${proxy.url},${proxy.url}`];
}
