import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A Bot API server that supports only `getUpdates`, over real HTTP. */
export interface BotApi {
  root: string;
  /** Paths and parameters of the calls so far. */
  calls: { path: string; offset?: number; timeout?: number; allowed?: string[] }[];
  /** The number of calls that are waiting for updates. */
  held: number;
  /** Unconfirmed updates. */
  queue: { update_id: number }[];
  /** Responses to the next calls, in order; undefined to respond from the queue. */
  answers: (((response: ServerResponse) => void) | undefined)[];
  stop(): Promise<void>;
}

/** A response with this error. */
export function refuse(status: number, body: object): (response: ServerResponse) => void {
  return (response) => response.writeHead(status).end(JSON.stringify({ ok: false, ...body }));
}

export async function startBotApi(): Promise<BotApi> {
  const server = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      const {
        offset,
        timeout,
        allowed_updates: allowed,
      } = JSON.parse(chunks.join('')) as {
        offset?: number;
        timeout?: number;
        allowed_updates?: string[];
      };
      api.calls.push({
        path: request.url ?? '',
        ...(offset === undefined ? {} : { offset }),
        ...(timeout === undefined ? {} : { timeout }),
        ...(allowed === undefined ? {} : { allowed }),
      });
      const from = offset ?? 0;
      api.queue = api.queue.filter(({ update_id }) => update_id >= from);
      (api.answers.shift() ?? hold(from))(response);
    });
  }).listen(0, '127.0.0.1');

  /** Responds as soon as there are updates. */
  const hold = (from: number) => (response: ServerResponse) => {
    const send = (): boolean => {
      const result = api.queue.filter(({ update_id }) => update_id >= from);
      if (result.length > 0) response.end(JSON.stringify({ ok: true, result }));
      return result.length > 0;
    };
    if (send()) return;
    api.held += 1;
    const timer = setInterval(send, 5);
    response.on('close', () => {
      clearInterval(timer);
      api.held -= 1;
    });
  };

  await once(server, 'listening');
  const api: BotApi = {
    root: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    held: 0,
    queue: [],
    answers: [],
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return api;
}
