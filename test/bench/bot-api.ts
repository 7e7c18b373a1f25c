import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A Bot API server that carries out every call at once, and remembers none. */
export async function startBotApi(): Promise<{
  url: string;
  token: string;
  stop(): Promise<void>;
}> {
  const answer = JSON.stringify({
    ok: true,
    result: { message_id: 1, date: 1_795_003_200, chat: { id: 1, type: 'private' }, text: 'sent' },
  });
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': answer.length,
      });
      response.end(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo',
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
