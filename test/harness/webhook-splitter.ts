import { once } from 'node:events';
import {
  Agent,
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface WebhookSplitterOptions {
  /** The current ports of the ingresses. */
  ports(): readonly number[];
  /** Delays `share` (0 to 1) of the requests by up to `mostMs` milliseconds, because Telegram may deliver out of order. */
  late: { share: number; mostMs: number };
  /** Called before each request is sent to an ingress. */
  onSend(update: number): void;
  /** Called with every answer, including those of duplicated requests. */
  onAnswer(update: number, status: number): void;
}

/** A load balancer in front of several ingresses. */
export interface WebhookSplitter {
  port: number;
  /** The share of requests (0 to 1) that is sent to every ingress at the same time. */
  doubled: number;
  stop(): Promise<void>;
}

export async function startWebhookSplitter(
  options: WebhookSplitterOptions,
): Promise<WebhookSplitter> {
  const { late } = options;
  const agent = new Agent({ keepAlive: true });
  let turn = 0;

  async function forward(
    port: number,
    path: string,
    headers: IncomingHttpHeaders,
    body: Buffer,
  ): Promise<{ status: number; headers: IncomingHttpHeaders }> {
    const update = Number(/"update_id":\s*(\d+)/.exec(body.toString())?.[1]);
    options.onSend(update);
    const call = request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent });
    call.end(body);
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    const status = response.statusCode ?? 0;
    options.onAnswer(update, status);
    return { status, headers: response.headers };
  }

  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of incoming) parts.push(part as Buffer);
      if (Math.random() < late.share) await sleep(Math.random() * late.mostMs);
      const alive = options.ports();
      const chosen = alive[(turn += 1) % alive.length];
      if (chosen === undefined) throw new Error('No ingress is listening.');
      const send = (port: number): ReturnType<typeof forward> =>
        forward(port, incoming.url ?? '/', incoming.headers, Buffer.concat(parts));
      if (Math.random() < splitter.doubled) {
        for (const other of alive) if (other !== chosen) send(other).catch(() => undefined);
      }
      const { status, headers } = await send(chosen);
      const after = headers['retry-after'];
      outgoing.writeHead(status, after === undefined ? {} : { 'retry-after': after }).end();
    })().catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const splitter: WebhookSplitter = {
    port: (server.address() as AddressInfo).port,
    doubled: 0,
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return splitter;
}
