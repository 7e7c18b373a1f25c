import { closeServer, listen, type Service, type ServiceContext } from '@chatlane/runtime';
import { createSimulator, createSimulatorServer } from '@chatlane/simulator';
import type { Config } from './config.js';
import { createPageApp } from './page-app.js';

/** The simulator, with the page in front of it, on loopback only. */
export function createPlayground(
  config: Config,
  { logger, lifecycle }: Pick<ServiceContext, 'logger' | 'lifecycle'>,
): Service {
  let port = 0;
  const simulator = createSimulator(config);
  const server = createSimulatorServer(simulator, { page: createPageApp(), logger });
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
