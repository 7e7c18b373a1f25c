import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { token } from './ops.testkit.js';

/** A fake Bot API with the methods that the command line calls. */
export interface BotApi {
  url: string;
  /** The answer to getWebhookInfo. */
  webhook: Record<string, unknown>;
  /** All calls except getWebhookInfo, with their parameters. */
  calls: [method: string, parameters: unknown][];
  stop(): Promise<void>;
}

export async function startBotApi(): Promise<BotApi> {
  const api: Pick<BotApi, 'webhook' | 'calls'> = {
    webhook: { url: '', has_custom_certificate: false, pending_update_count: 0 },
    calls: [],
  };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const [, sent, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
      if (sent !== token) {
        response.writeHead(401);
        response.end(JSON.stringify({ ok: false, error_code: 401, description: 'Unauthorized' }));
        return;
      }
      const isAsked = method === 'getWebhookInfo';
      if (!isAsked) api.calls.push([method, JSON.parse(body || '{}')]);
      response.end(JSON.stringify({ ok: true, result: isAsked ? api.webhook : true }));
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
