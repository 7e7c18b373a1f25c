import { once } from 'node:events';
import {
  Agent,
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer of one ingress. */
export interface Answer {
  update: number;
  status: number;
}

/** A load balancer in front of several ingresses. */
export interface WebhookSplitter {
  port: number;
  /** The share of requests that every ingress gets at the same moment. */
  doubled: number;
  stop(): Promise<void>;
}

/** `ports` says where ingresses listen now; `onAnswer` is told of every answer, also of those nobody waits for. */
export async function startWebhookSplitter(
  ports: () => readonly number[],
  onAnswer: (answer: Answer) => void,
): Promise<WebhookSplitter> {
  const agent = new Agent({ keepAlive: true });
  let turn = 0;

  async function forward(
    port: number,
    path: string,
    headers: IncomingHttpHeaders,
    body: Buffer,
  ): Promise<{ status: number; headers: IncomingHttpHeaders }> {
    const call = request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent });
    call.end(body);
    const [response] = (await once(call, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    const status = response.statusCode ?? 0;
    onAnswer({ update: Number(/"update_id":\s*(\d+)/.exec(body.toString())?.[1]), status });
    return { status, headers: response.headers };
  }

  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of incoming) parts.push(part as Buffer);
      const alive = ports();
      const chosen = alive[(turn += 1) % alive.length];
      if (chosen === undefined) throw new Error('No ingress listens.');
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
