import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Redis } from '@chatlane/redis';
import {
  createPauses,
  createTelegramLimits,
  createTelegramClient,
  type TelegramClient,
} from '@chatlane/telegram';

const TOKEN = '123456789:AAEhBOweik6ad6PsVMRxjeQKXkq8rsn2aDo';

/** A client like that of a worker, which shares limits and outages through Redis. */
export interface BenchClient {
  forTurn: TelegramClient['forTurn'];
  stop(): Promise<void>;
}

/** `redis` must fail fast. The client's server answers every call immediately and stores nothing. */
export async function startBenchClient(redis: Redis): Promise<BenchClient> {
  const server = await startBotApi();
  const pauses = createPauses({ redis, name: 'bench' });
  const client = createTelegramClient({
    token: TOKEN,
    apiRoot: server.url,
    limits: createTelegramLimits({ redis, name: 'bench', pauses }),
    outage: { pauses },
  });
  await pauses.start();
  client.outage?.start();
  return {
    forTurn: (turn) => client.forTurn(turn),
    async stop() {
      client.close();
      pauses.stop();
      await server.stop();
    },
  };
}

async function startBotApi(): Promise<{ url: string; stop(): Promise<void> }> {
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
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
