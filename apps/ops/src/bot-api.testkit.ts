import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { token } from './ops.testkit.js';

/** Telegram, as far as doctor asks it. */
export interface BotApi {
  url: string;
  /** What getWebhookInfo answers from now on. */
  webhook: Record<string, unknown>;
  stop(): Promise<void>;
}

export async function startBotApi(): Promise<BotApi> {
  const api = { webhook: { url: '', has_custom_certificate: false, pending_update_count: 0 } };
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const known = request.url === `/bot${token}/getWebhookInfo`;
      response
        .writeHead(known ? 200 : 401)
        .end(
          JSON.stringify(
            known
              ? { ok: true, result: api.webhook }
              : { ok: false, error_code: 401, description: 'Unauthorized' },
          ),
        );
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(api, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  });
}
