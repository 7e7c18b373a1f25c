import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** An HTTP proxy (CONNECT) on a free port. */
export interface ForwardProxy extends AsyncDisposable {
  /** The loopback port. */
  port: number;
  /** The proxy's URL, without credentials. */
  url: string;
  /** The requested tunnels: `host:port` and the `proxy-authorization` header. */
  tunnels: { to: string | undefined; authorization: string | undefined }[];
}

/** @param answer the reaction to a CONNECT request; a number is an HTTP status. Default: `connect` */
export async function startForwardProxy(
  answer: 'connect' | 'hang' | 'close' | number = 'connect',
): Promise<ForwardProxy> {
  const tunnels: ForwardProxy['tunnels'] = [];
  const sockets = new Set<Duplex>();
  const server = createServer();
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    tunnels.push({ to: request.url, authorization: request.headers['proxy-authorization'] });
    client.on('error', () => undefined);
    if (answer === 'hang') return;
    if (answer === 'close') return void client.destroy();
    if (answer !== 'connect') return void client.end(`HTTP/1.1 ${answer} No\r\n\r\n`);
    const [host, port] = (request.url ?? '').split(':');
    const target = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    target.on('error', () => client.destroy());
    sockets.add(target);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    tunnels,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
