import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Forwards each update to the process that serves its chat. */
export interface ChatRouter {
  url: string;
  stop(): Promise<void>;
}

/** Distributes chats evenly among the bots that listen on `ports`. */
export async function startChatRouter(ports: readonly number[]): Promise<ChatRouter> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of incoming) parts.push(part as Buffer);
      const body = Buffer.concat(parts);
      const { message } = JSON.parse(body.toString()) as { message?: { chat: { id: number } } };
      const port = ports[(message?.chat.id ?? 0) % ports.length];
      const headers = { 'content-type': 'application/json', 'content-length': body.length };
      const call = request(
        { host: '127.0.0.1', port, method: 'POST', headers, agent },
        (answer) => {
          answer.resume();
          outgoing.writeHead(answer.statusCode ?? 500).end();
        },
      );
      call.on('error', () => outgoing.destroy());
      outgoing.on('close', () => {
        if (!outgoing.writableFinished) call.destroy();
      });
      call.end(body);
    })().catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
