import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A request as it passed. */
export interface Passed {
  /** Method, path and query: `PUT /files/key?partNumber=1&uploadId=...`. */
  line: string;
  headers: IncomingHttpHeaders;
  /** Lines of those that had no answer yet when it came. */
  meanwhile: string[];
}

/** Something on the way to an S3 server that sees all requests and can cut some. */
export interface S3Proxy {
  endpoint: string;
  passed: Passed[];
  /** Asked about each request; true: the connection is cut, and the server never hears of it. */
  cut: (line: string) => boolean;
  stop(): Promise<void>;
}

export async function startS3Proxy(target: string): Promise<S3Proxy> {
  const { hostname, port } = new URL(target);
  const open = new Set<string>();
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    const line = `${method} ${url}`;
    proxy.passed.push({ line, headers, meanwhile: [...open] });
    open.add(line);
    outgoing.on('close', () => open.delete(line));
    if (proxy.cut(line)) return void incoming.socket.destroy();
    const onward = request({ hostname, port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => incoming.socket.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: S3Proxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed: [],
    cut: () => false,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
