import { createServer, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { Lifecycle } from './lifecycle.js';
import { closeServer, listen } from './listen.js';

/** Named checks; the process is ready when all are true. */
export type ReadyChecks = () => Record<string, boolean> | Promise<Record<string, boolean>>;

export interface OpsServerOptions {
  /** OPS_HOST. */
  host: string;
  /** OPS_PORT; 0 takes any free one. */
  port: number;
  registry: Pick<Registry, 'metrics' | 'contentType'>;
  /** `/readyz` answers 503 unless the process is running, whatever the checks say. */
  lifecycle: Pick<Lifecycle, 'state'>;
  ready?: ReadyChecks;
}

export interface OpsServer {
  /** Resolves to the port. */
  start(): Promise<number>;
  stop(): Promise<void>;
  /** The port taken, once started. */
  readonly port: number | undefined;
}

/** `GET /healthz`: the process lives. `GET /readyz`: it can work, with its checks as JSON. `GET /metrics`: Prometheus. */
export function createOpsServer(options: OpsServerOptions): OpsServer {
  const { host, registry, lifecycle } = options;
  let port: number | undefined;

  async function answer(path: string | undefined, response: ServerResponse): Promise<void> {
    if (path === '/healthz') return send(response, 200, 'text/plain', 'ok\n');
    if (path === '/metrics') {
      return send(response, 200, registry.contentType, await registry.metrics());
    }
    if (path === '/readyz') {
      const checks = { running: lifecycle.state === 'running', ...(await options.ready?.()) };
      const ready = Object.values(checks).every(Boolean);
      return send(response, ready ? 200 : 503, 'application/json', JSON.stringify(checks));
    }
    send(response, 404, 'text/plain', 'try /healthz, /readyz or /metrics\n');
  }

  const server = createServer((request, response) => {
    answer(request.url?.split('?')[0], response).catch(() =>
      send(response, 500, 'text/plain', 'failed\n'),
    );
  });

  return {
    async start() {
      port = await listen(server, { host, port: options.port, setting: 'OPS_PORT' });
      return port;
    },
    async stop() {
      await closeServer(server);
    },
    get port() {
      return port;
    },
  };
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}
