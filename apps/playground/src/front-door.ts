import { createServer, type RequestListener, type Server } from 'node:http';
import type { RequestHandler } from './api/bot-api.js';

/** The names this machine may be called by. Any other Host is a foreign page's (DNS rebinding) and is turned away. */
const ownHosts = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** One port for all: the Bot API, downloads, and the people's side. */
export function createFrontDoor(rooms: {
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
    if (path.startsWith('/bot')) void rooms.botApi(request, response, urlOf(path));
    else if (path.startsWith('/file/bot')) void rooms.download(request, response, urlOf(path));
    else rooms.play(request, response);
  });
  // Bots keep connections open between calls; closing them sooner makes needless resets.
  server.keepAliveTimeout = 65_000;
  return server;
}

function urlOf(path: string): URL {
  return new URL(path, 'http://localhost');
}
