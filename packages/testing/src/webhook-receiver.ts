import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a webhook has received. */
export interface Received {
  /** The request's headers. */
  headers: IncomingHttpHeaders;
  /** The request's body. */
  body: string;
  /** The body, parsed. */
  update: { update_id: number; [kind: string]: unknown };
  /** Unix milliseconds. */
  at: number;
  /** The test answers the request with it. */
  response: ServerResponse;
}

/** Ends the response of the nth request, counted from 1, now or later. */
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
