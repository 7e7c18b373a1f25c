import { createServer, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { createConnectionGuard } from './connection-guard.js';
import type { Lifecycle } from './lifecycle.js';
import { closeServer, listen } from './listen.js';

const checkTimeoutMs = 2_000;

/** One operator and a few scrapers; more are half-open connections, which must not exhaust the file descriptors. */
const MOST_CONNECTIONS = 32;

/** Requests have no body, so a slow one will never finish. */
const timeouts = {
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};

/** Named checks. The process is ready when none is false; a text is shown for the operator's information. */
export type ReadyChecks = () => Checks | Promise<Checks>;
type Checks = Record<string, boolean | string>;

/** Options of an ops server. */
export interface OpsServerOptions {
  /** OPS_HOST. */
  host: string;
  /** OPS_PORT; 0 picks any free one. */
  port: number;
  /** Served under `/metrics`. */
  registry: Pick<Registry, 'metrics' | 'contentType'>;
  /** `/readyz` answers 503 unless the process is running, whatever the checks report. */
  lifecycle: Pick<Lifecycle, 'state'>;
  /** Called for each `/readyz`; counts as false when it throws or takes longer than 2 s. */
  ready?: ReadyChecks;
}

/** A part of the process. Add it first, so that it is stopped last and serves `/healthz` while the others start. */
export interface OpsServer {
  /** Resolves to the port. @throws an Error that names OPS_PORT when listening fails */
  start(): Promise<number>;
  /** Closes the server and its connections. */
  stop(): Promise<void>;
  /** The port; undefined before the start. */
  readonly port: number | undefined;
}

/**
 * The process's own port, for operators and Prometheus, never for users. `GET /healthz`: 200 while the process runs.
 * `GET /readyz`: 200 or 503, with the checks as JSON. `GET /metrics`: the registry.
 */
export function createOpsServer(options: OpsServerOptions): OpsServer {
  const { host, registry, lifecycle } = options;
  let port: number | undefined;

  async function check(): Promise<Checks> {
    const running = lifecycle.state === 'running';
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Checks>((resolve) => {
      timer = setTimeout(() => resolve({ checks: false }), checkTimeoutMs);
    });
    try {
      return { running, ...(await Promise.race([options.ready?.(), late])) };
    } catch {
      return { running, checks: false };
    } finally {
      clearTimeout(timer);
    }
  }

  async function answer(path: string, response: ServerResponse): Promise<void> {
    if (path === '/healthz') {
      send(response, 200, 'text/plain', 'ok\n');
    } else if (path === '/metrics') {
      send(response, 200, registry.contentType, await registry.metrics());
    } else if (path === '/readyz') {
      const checks = await check();
      const status = Object.values(checks).includes(false) ? 503 : 200;
      send(response, status, 'application/json', JSON.stringify(checks));
    } else {
      send(response, 404, 'text/plain', 'try /healthz, /readyz or /metrics\n');
    }
  }

  const server = createServer(timeouts, (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      send(response, 405, 'text/plain', 'only GET\n');
      return;
    }
    const path = request.url?.split('?')[0] ?? '/';
    answer(path, response).catch(() => send(response, 500, 'text/plain', 'failed\n'));
  });

  createConnectionGuard({ most: MOST_CONNECTIONS }).watch(server);

  return {
    async start() {
      port = await listen(server, { host, port: options.port, setting: 'OPS_PORT' });
      return port;
    },
    stop: () => closeServer(server, { graceMs: 1_000 }),
    get port() {
      return port;
    },
  };
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}
