import { fileURLToPath } from 'node:url';
import { closeServer, listen, type Service, type ServiceContext } from '@chatlane/runtime';
import { createBotApi } from './api/bot-api.js';
import { createDownload } from './api/download.js';
import type { Config } from './config.js';
import { createHttpServer } from './http-server.js';
import { createPlayApp } from './play/app.js';
import { createSimulator } from './simulator.js';

const pageFolder = fileURLToPath(new URL('../dist/page', import.meta.url));

/** The simulator and its HTTP server, on loopback only. */
export function createPlayground(
  config: Config,
  { logger, lifecycle }: Pick<ServiceContext, 'logger' | 'lifecycle'>,
): Service {
  let port = 0;
  const simulator = createSimulator(config);
  const server = createHttpServer({
    botApi: createBotApi(simulator, logger),
    download: createDownload(simulator),
    play: createPlayApp(simulator, pageFolder, logger),
  });
  lifecycle.add({
    name: 'http server',
    async start() {
      port = await listen(server, {
        host: '127.0.0.1',
        port: config.port,
        setting: 'PLAYGROUND_PORT',
      });
    },
    async stop() {
      const closed = closeServer(server);
      // Event streams and long polls never end on their own.
      server.closeAllConnections();
      await closed;
    },
  });
  lifecycle.add({ name: 'simulator', stop: () => simulator.stop() });
  return { ports: () => ({ http: port }) };
}
