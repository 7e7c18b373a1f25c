import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLifecycle } from '@chatlane/runtime';
import type { Call } from './api/call-log.js';
import type { Config } from './config.js';
import type { Delivery } from './delivery/delivery-log.js';
import { createPlayground } from './service.js';

export { until } from '@chatlane/testing';

export const token = '7000000001:playground-token-that-opens-nothing';
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** An answer of the Bot API, with its HTTP status. */
export interface ApiAnswer {
  http: number;
  retryAfterHeader: string | null;
  ok: boolean;
  result?: unknown;
  description?: string;
  error_code?: number;
  parameters?: { retry_after?: number; migrate_to_chat_id?: number };
}

/** A running playground on a free port. */
export type Playground = Awaited<ReturnType<typeof startPlayground>>;

/**
 * Starts a playground, a thousand times as fast as real time and without rate limits unless `options` say otherwise.
 */
export async function startPlayground(options: Partial<Config> = {}) {
  const lifecycle = createLifecycle({ logger: silent, deadlineMs: 5_000 });
  const config: Config = {
    logLevel: 'silent',
    shutdownDeadlineMs: 5_000,
    secrets: [],
    token,
    port: 0,
    timeScale: 1_000,
    rateLimits: false,
    seed: 1,
    ranges: false,
    localFolder: undefined,
    ...options,
  };
  const service = createPlayground(config, { logger: silent as never, lifecycle });
  await lifecycle.start();
  const url = `http://127.0.0.1:${service.ports().http}`;

  async function api(method: string, params: object = {}): Promise<ApiAnswer> {
    const response = await fetch(`${url}/bot${token}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(params),
    });
    const answer = (await response.json()) as ApiAnswer;
    return {
      ...answer,
      http: response.status,
      retryAfterHeader: response.headers.get('retry-after'),
    };
  }

  async function get<T>(path: string): Promise<T> {
    const response = await fetch(`${url}/play/${path}`);
    return (await response.json()) as T;
  }

  async function post<T = Record<string, unknown>>(path: string, body: object): Promise<T> {
    const response = await fetch(`${url}/play/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as T;
  }

  return {
    url,
    api,
    get,
    post,
    say: (id: number, text: string) => post('messages', { chat_id: id, from_id: id, text }),
    deliveries: () => get<Delivery[]>('deliveries'),
    calls: () => get<Call[]>('calls'),
    stop: () => lifecycle.stop(),
  };
}

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  update: { update_id: number; [kind: string]: unknown };
  /** Unix milliseconds. */
  at: number;
  response: ServerResponse;
}

export type Answering = (received: Received, nth: number) => unknown;

/** A webhook that records what it receives. `answer` ends the response and may be replaced at any time. */
export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** Starts a webhook on a free port. */
export async function startReceiver(answer: Answering = ({ response }) => response.end()) {
  const received: Received[] = [];
  const receiver = { url: '', received, answer, stop };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const update = JSON.parse(body) as Received['update'];
      const one = { headers: request.headers, body, update, at: Date.now(), response };
      received.push(one);
      receiver.answer(one, received.length);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;

  async function stop(): Promise<void> {
    server.close();
    server.closeAllConnections();
    await once(server, 'close').catch(() => undefined);
  }
  return receiver;
}
