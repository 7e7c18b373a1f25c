import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export { until } from '@chatlane/testing';

export const token = `123456789:${'A'.repeat(35)}`;

export interface Call {
  method: string;
  body: Record<string, unknown> & { chat_id?: number; text?: string; commands?: object[] };
}

/** A fake Bot API server with what the worker's tests need. */
export interface BotApi {
  url: string;
  calls: Call[];
  /** The texts sent, in order. */
  texts(): string[];
  /** Delays the responses to all further calls until the returned function is called. */
  hold(): () => void;
  /** Responds to every call with this error code from now on; undefined for normal responses. */
  failWith(code: number | undefined): void;
  /** Refuses all connections until the returned function is called. */
  goAway(): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

const me = { id: 123456789, is_bot: true, first_name: 'Lane', username: 'lane_bot' };

export interface BotApiOptions {
  port?: number;
  /** The error code with which every call is rejected. */
  refusal?: number;
  /** The description with which a call is rejected (400); undefined to accept it. */
  refuse?: (call: Call) => string | undefined;
  /**
   * The fate of the nth call with this method and text, counted from 1: an error, or `lose` (carried out, but the
   * response is lost). Undefined for a normal response.
   */
  fate?: (call: Call, nth: number) => Fate | undefined;
}

export type Fate = 'lose' | { error_code: number; retry_after?: number; description?: string };

/** Starts the server. It rejects the text `refuse` with 403. */
export async function startBotApi(options: BotApiOptions = {}): Promise<BotApi> {
  const { port = 0, refusal, refuse, fate } = options;
  const calls: Call[] = [];
  let held = Promise.resolve();
  let failure: number | undefined;

  async function answer(call: Call): Promise<object> {
    const { method, body } = call;
    await held;
    const refused = refuse?.(call);
    if (refused !== undefined) return { ok: false, error_code: 400, description: refused };
    const code = failure ?? refusal ?? (body.text === 'refuse' ? 403 : undefined);
    if (code) return { ok: false, error_code: code, description: 'Refused' };
    const message = {
      message_id: calls.length,
      date: 1,
      chat: { id: body.chat_id, type: 'private' },
    };
    const results: Record<string, unknown> = {
      getMe: me,
      sendMessage: { ...message, text: body.text },
      getFile: { file_id: body['file_id'], file_path: 'documents/a.pdf' },
      getChatAdministrators: [{ status: 'creator', user: { id: body.chat_id } }],
    };
    const result = results[method];
    return { ok: true, result: result ?? true };
  }

  const nthOf = ({ method, body }: Call): number =>
    calls.filter((each) => each.method === method && each.body.text === body.text).length;

  const server = createServer((request, response) => {
    const method = request.url?.split('/').at(-1) ?? '';
    void json(request)
      .then(async (body): Promise<object | 'lose'> => {
        const call = { method, body: body as Call['body'] };
        calls.push(call);
        return fate?.(call, nthOf(call)) ?? answer(call);
      })
      .then((said) => {
        if (said === 'lose') return void request.socket.destroy();
        if (!('error_code' in said)) return void response.writeHead(200).end(JSON.stringify(said));
        response.writeHead(Number(said.error_code)).end(JSON.stringify(asError(said)));
      });
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const taken = (server.address() as AddressInfo).port;
  async function close(): Promise<void> {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
  return {
    url: `http://127.0.0.1:${taken}`,
    calls,
    texts: () => calls.flatMap(({ body }) => body.text ?? []),
    hold() {
      let release: (() => void) | undefined;
      held = new Promise((resolve) => (release = resolve));
      return () => release?.();
    },
    failWith: (code) => void (failure = code),
    async goAway() {
      await close();
      return async () => {
        server.listen(taken, '127.0.0.1');
        await once(server, 'listening');
      };
    },
    stop: close,
  };
}

function asError(said: { error_code?: unknown; retry_after?: number }): object {
  const { retry_after, ...rest } = said;
  const parameters = retry_after === undefined ? {} : { parameters: { retry_after } };
  return { ok: false, description: 'Refused', ...rest, ...parameters };
}
