import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A recorded request. */
export interface Passed {
  /** Method, path and query: `PUT /files/key?partNumber=1&uploadId=...`. */
  line: string;
  headers: IncomingHttpHeaders;
  /** The lines of the requests that were still unanswered when this one arrived. */
  meanwhile: string[];
}

/** A proxy in front of an S3 server that records all requests and can cut connections. */
export interface S3Proxy {
  endpoint: string;
  passed: Passed[];
  /** Called for each request; true cuts the connection before the request reaches the server. */
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
