import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export { until } from '@chatlane/tooling';

export const token = `123456789:${'A'.repeat(35)}`;

export interface Call {
  method: string;
  body: { chat_id?: number; text?: string; commands?: object[] };
}

/** Telegram, as far as a worker needs it. */
export interface BotApi {
  url: string;
  calls: Call[];
  /** Texts sent, in order. */
  texts(): string[];
  /** Holds the answers to all further calls back, until the function it gives is called. */
  hold(): () => void;
  stop(): Promise<void>;
}

const me = { id: 123456789, is_bot: true, first_name: 'Lane', username: 'lane_bot' };

/** A Bot API server; with `refusal` it answers every call with this error code. It sends no text `refuse`. */
export async function startBotApi(
  options: { port?: number; refusal?: number } = {},
): Promise<BotApi> {
  const { port = 0, refusal } = options;
  const calls: Call[] = [];
  let held = Promise.resolve();

  async function answer({ method, body }: Call): Promise<object> {
    await held;
    const code = refusal ?? (body.text === 'refuse' ? 403 : undefined);
    if (code) return { ok: false, error_code: code, description: 'Refused' };
    const message = {
      message_id: calls.length,
      date: 1,
      chat: { id: body.chat_id, type: 'private' },
    };
    const result = { getMe: me, sendMessage: { ...message, text: body.text } }[method];
    return { ok: true, result: result ?? true };
  }

  const server = createServer((request, response) => {
    const method = request.url?.split('/').at(-1) ?? '';
    void json(request)
      .then((body) => {
        const call = { method, body: body as Call['body'] };
        calls.push(call);
        return answer(call);
      })
      .then((said) => {
        const status = 'error_code' in said ? Number(said.error_code) : 200;
        response.writeHead(status).end(JSON.stringify(said));
      });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    texts: () => calls.flatMap(({ body }) => body.text ?? []),
    hold() {
      let release: (() => void) | undefined;
      held = new Promise((resolve) => (release = resolve));
      return () => release?.();
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
