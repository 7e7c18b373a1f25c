import { startSimulator, type ReceivedCall, type ScriptedAnswer } from '@chatlane/simulator';
import { until } from '@chatlane/testing';
import { Context } from 'telegraf';
import type { ClientTurn } from './interceptor.js';
import { createTelegramClient, type TelegramClientOptions } from './client.js';

export const token = '123456:AAsecret-TOKEN_x';

/** A call that the simulated Telegram has received. */
export interface BotApiRequest {
  method: string;
  /** Its fields; those of a form are strings. */
  body: Record<string, unknown>;
  /** The files of a form, by field. */
  files: ReceivedCall['files'];
  /** The client's port, which identifies the TCP connection. */
  connection: number | undefined;
}

export type Reply = ScriptedAnswer;

/**
 * A simulated Telegram that records calls and responds with what `answer` returns (default: `true`): what the client does
 * with a response is the point of these tests, not what Telegram makes of a call.
 */
export async function startBotApi(
  answer: (request: BotApiRequest, index: number) => Reply | Promise<Reply> = () => ok,
  port = 0,
) {
  const requests: BotApiRequest[] = [];
  const telegram = await startSimulator({ token, port });
  telegram.onCall(({ method, params }, { files, connection }) => {
    const body = Object.fromEntries(Object.entries(params).filter(([name]) => !files.has(name)));
    const request = { method, body, files, connection };
    return answer(request, requests.push(request) - 1);
  });
  return {
    url: telegram.url,
    requests,
    connections: () => telegram.connections(),
    methods: () => requests.map(({ method }) => method),
    /** Resolves when the nth request has arrived. */
    until: (count: number) => until(() => requests.length >= count),
    stop: () => telegram.stop(),
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

/** The parts of a form: fields as strings, files as Buffers. */
export function partsOf({ body, files }: BotApiRequest): Record<string, unknown> {
  return { ...body, ...Object.fromEntries([...files].map(([name, { bytes }]) => [name, bytes])) };
}
