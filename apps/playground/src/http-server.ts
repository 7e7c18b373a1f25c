import { createServer, type RequestListener, type Server } from 'node:http';
import type { RequestHandler } from './api/bot-api.js';

/** The host names of this machine. Any other Host header belongs to a foreign page (DNS rebinding) and is refused. */
const ownHosts = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** The HTTP server: the Bot API, file downloads, and the `/play` API with the page, all on one port. */
export function createHttpServer(handlers: {
  botApi: RequestHandler;
  download: RequestHandler;
  play: RequestListener;
}): Server {
  const server = createServer((request, response) => {
    if (!ownHosts.test(request.headers.host ?? '')) {
      response.writeHead(421, { 'Content-Type': 'text/plain' });
      response.end('The playground answers to localhost and 127.0.0.1 only.\n');
      return;
    }
    const path = request.url ?? '/';
    if (path.startsWith('/bot')) void handlers.botApi(request, response, urlOf(path));
    else if (path.startsWith('/file/bot')) void handlers.download(request, response, urlOf(path));
    else handlers.play(request, response);
  });
  // Bots reuse connections between calls; a short keep-alive would cause needless resets.
  server.keepAliveTimeout = 65_000;
  return server;
}

function urlOf(path: string): URL {
  return new URL(path, 'http://localhost');
}
