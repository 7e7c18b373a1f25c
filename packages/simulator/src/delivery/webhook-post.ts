import { Agent, request } from 'node:http';
import type { Clock } from '../clock.js';

/** The outcome of one request: a status, or the reason why there is none. */
export type PostResult =
  | { status: number; reason: string; retryAfter: string | undefined }
  | { status?: undefined; error: string };

/** Posts updates to a webhook. */
export interface WebhookPoster {
  /** Posts one update; `reset` breaks the connection in the middle of the body. Never rejects. */
  post(body: Buffer, options: { reset: boolean }): Promise<PostResult>;
  /** Abandons requests in flight and closes all connections. */
  close(): void;
}

/** From the first byte of the request to the end of the response (WebhookActor::create_connection). */
const responseTimeoutMs = 60_000;
const maxResponseBytes = 2 ** 20;

export function createWebhookPoster(options: {
  url: string;
  secretToken: string;
  maxConnections: number;
  clock: Clock;
}): WebhookPoster {
  const url = new URL(options.url);
  const agent = new Agent({ keepAlive: true, maxSockets: options.maxConnections });
  const aborts = new Set<() => void>();

  function headersFor(body: Buffer): Record<string, string | number> {
    return {
      'Content-Type': 'application/json',
      'Content-Length': body.length,
      Connection: 'keep-alive',
      'Accept-Encoding': 'gzip, deflate',
      ...(options.secretToken ? { 'X-Telegram-Bot-Api-Secret-Token': options.secretToken } : {}),
    };
  }

  function post(body: Buffer, { reset }: { reset: boolean }): Promise<PostResult> {
    return new Promise((resolve) => {
      const call = request(url, { method: 'POST', agent, headers: headersFor(body) });
      const fail = (error: string) => {
        settle({ error });
        call.destroy();
      };
      const stopTimer = options.clock.after(responseTimeoutMs, () => fail('Read timeout expired'));
      const abandon = () => fail('Webhook was changed');
      const settle = (result: PostResult) => {
        stopTimer();
        aborts.delete(abandon);
        resolve(result);
      };
      aborts.add(abandon);
      call.on('error', (error: NodeJS.ErrnoException) => fail(sentence(error)));
      call.on('response', (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > maxResponseBytes) fail('Response is too big');
        });
        response.on('error', (error) => fail(sentence(error)));
        response.on('end', () =>
          settle({
            status: response.statusCode ?? 0,
            reason: response.statusMessage ?? '',
            retryAfter: response.headers['retry-after'],
          }),
        );
      });
      if (!reset) call.end(body);
      else {
        call.write(body.subarray(0, body.length >> 1), () => {
          call.socket?.resetAndDestroy();
          fail('Connection reset by peer');
        });
      }
    });
  }

  return {
    post,
    close() {
      for (const abandon of aborts) abandon();
      agent.destroy();
    },
  };
}

function sentence(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED') return 'Connection refused';
  if (error.code === 'ECONNRESET') return 'Connection reset by peer';
  return error.message;
}
