import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { Context } from 'telegraf';
import type { ClientTurn } from './interceptor.js';
import { createTelegramClient, type TelegramClientOptions } from './client.js';

export const token = '123456:AAsecret-TOKEN_x';

export interface BotApiRequest {
  method: string;
  body: Record<string, unknown>;
  /** Set when the request is a form. */
  raw?: { type: string; bytes: Buffer };
  /** The client's port, which identifies the TCP connection. */
  connection: number | undefined;
}

/**
 * A response: a result, an error, raw text, a redirect, `hang` (never responds), or `reset` (breaks the connection).
 */
export type Reply =
  | { result: unknown }
  | { error: number; description?: string; parameters?: object }
  | { text: string; status?: number }
  | { redirect: string }
  | 'hang'
  | 'reset';

/**
 * A Bot API server on a free port (or `onPort`) that records requests and responds with what `answer` returns (default:
 * `true`).
 */
export async function startBotApi(
  answer: (request: BotApiRequest, index: number) => Reply | Promise<Reply> = () => ok,
  onPort = 0,
) {
  const requests: BotApiRequest[] = [];
  const server = createServer((request, response) => {
    // A request that is aborted before it is complete is not recorded.
    void record(request).then(
      async (call) => {
        const index = requests.push(call) - 1;
        respond(response, await answer(call, index));
      },
      () => undefined,
    );
  });
  await new Promise<void>((resolve) => server.listen(onPort, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    /** The number of open connections. */
    connections: () => promisify(server.getConnections.bind(server))(),
    methods: () => requests.map(({ method }) => method),
    /** Resolves when the nth request has arrived. */
    async until(count: number) {
      const endsAt = performance.now() + 120_000;
      while (requests.length < count) {
        if (performance.now() > endsAt) {
          throw new Error(`no ${count} requests within 120 s, only ${requests.length}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const ok: Reply = { result: true };

export function flood(seconds: number): Reply {
  const description = `Too Many Requests: retry after ${seconds}`;
  return { error: 429, description, parameters: { retry_after: seconds } };
}

/** A server, a client for it and a turn of that client; `end` stops the server and the client. */
export async function startClient(
  answer?: Parameters<typeof startBotApi>[0],
  options: Partial<TelegramClientOptions> = {},
) {
  const api = await startBotApi(answer);
  const client = createTelegramClient({ token, apiRoot: api.url, retryDelayMs: 1, ...options });
  const cancel: AbortController = new AbortController();
  const turn: ClientTurn & { held: boolean } = {
    signal: cancel.signal,
    held: true,
    isHeld: () => turn.held,
  };
  async function end() {
    client.close();
    await api.stop();
  }
  return {
    api,
    client,
    cancel,
    turn,
    telegram: client.forTurn(turn),
    [Symbol.asyncDispose]: end,
    end,
  };
}

const botInfo = {
  id: 123456,
  is_bot: true as const,
  first_name: 'Lane',
  username: 'lane_bot',
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
};

/** A Telegraf context for a text message in chat 42, whose calls go through `telegram`. */
export function messageContext(telegram: Context['telegram']) {
  const from = { id: 42, is_bot: false, first_name: 'Ann' };
  const chat = { id: 42, type: 'private' as const, first_name: 'Ann' };
  const message = { message_id: 7, date: 1, chat, from, text: 'hello' };
  return new Context({ update_id: 1, message }, telegram, botInfo);
}

/** The error that the promise rejects with. @throws Error when it resolves */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  if (outcome === undefined) throw new Error('expected a rejection');
  return outcome;
}

async function record(request: IncomingMessage): Promise<BotApiRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString();
  const type = request.headers['content-type'] ?? '';
  const json = type === 'application/json';
  const body = json ? (JSON.parse(text) as Record<string, unknown>) : { multipart: text };
  const method = request.url?.split('/').at(-1) ?? '';
  return {
    method,
    body,
    ...(!json && { raw: { type, bytes } }),
    connection: request.socket.remotePort,
  };
}

/** The parts of a form: fields as strings, files as Buffers. */
export async function partsOf({ raw }: BotApiRequest): Promise<Record<string, string | Buffer>> {
  if (raw === undefined) throw new Error('the request is not a form');
  const headers = { 'content-type': raw.type };
  const form = await new Response(new Uint8Array(raw.bytes), { headers }).formData();
  const parts: Record<string, string | Buffer> = {};
  for (const [name, value] of form.entries()) {
    parts[name] = typeof value === 'string' ? value : Buffer.from(await value.arrayBuffer());
  }
  return parts;
}

function respond(response: ServerResponse, reply: Reply): void {
  if (reply === 'hang') return;
  if (reply === 'reset') return void response.socket?.resetAndDestroy();
  if ('redirect' in reply) {
    return void response.writeHead(302, { location: reply.redirect }).end();
  }
  if ('text' in reply) return void response.writeHead(reply.status ?? 200).end(reply.text);
  const body =
    'result' in reply
      ? { ok: true, result: reply.result }
      : {
          ok: false,
          error_code: reply.error,
          description: reply.description ?? 'Error',
          ...(reply.parameters === undefined ? {} : { parameters: reply.parameters }),
        };
  response.writeHead('error' in reply ? reply.error : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
