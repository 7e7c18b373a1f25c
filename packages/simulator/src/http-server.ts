import { createServer, type RequestListener, type Server } from 'node:http';
import { createBotApi } from './api/bot-api.js';
import { createDownload } from './api/download.js';
import { silentLogger, type SimulatorLogger } from './logger.js';
import type { Simulator } from './simulator.js';

/** The host names of this machine. Any other Host header belongs to a foreign page (DNS rebinding) and is refused. */
const ownHosts = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

const noPage: RequestListener = (_request, response) => {
  response.writeHead(404, { 'Content-Type': 'text/plain' }).end('There is no page here.\n');
};

/**
 * The HTTP server of a simulator: the Bot API, file downloads, and the people's side under `/play`, all on one port. It
 * is not listening yet. Let it listen on loopback only: anyone who reaches it can act as any user.
 *
 * @param options.page answers all other paths. Default: 404
 * @param options.anyHost accepts every Host header. Default: this machine's names only
 * @param options.logger default: nothing is logged
 */
export function createSimulatorServer(
  simulator: Simulator,
  options: { page?: RequestListener; anyHost?: boolean; logger?: SimulatorLogger } = {},
): Server {
  const { page = noPage, anyHost = false, logger = silentLogger } = options;
  const botApi = createBotApi(simulator, logger);
  const download = createDownload(simulator);
  let play: Promise<RequestListener> | undefined;
  /** Loaded on first use: most tests use the Bot API only. */
  const loadPlay = () =>
    (play ??= import('./play/app.js').then(({ createPlayApp }) =>
      createPlayApp(simulator, logger),
    ));
  const server = createServer((request, response) => {
    if (!anyHost && !ownHosts.test(request.headers.host ?? '')) {
      response.writeHead(421, { 'Content-Type': 'text/plain' });
      response.end('The playground answers to localhost and 127.0.0.1 only.\n');
      return;
    }
    const path = request.url ?? '/';
    if (path.startsWith('/bot')) void botApi(request, response, urlOf(path));
    else if (path.startsWith('/file/bot')) void download(request, response, urlOf(path));
    else if (/^\/play(?![^/?])/i.test(path)) void loadPlay().then((app) => app(request, response));
    else page(request, response);
  });
  // Bots reuse connections between calls; a short keep-alive would cause needless resets.
  server.keepAliveTimeout = 65_000;
  return server;
}

function urlOf(path: string): URL {
  return new URL(path, 'http://localhost');
}
