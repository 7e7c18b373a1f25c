import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TurnInfo } from '@chatlane/middleware';
import { botInfo } from '@chatlane/testing';
import { Context, Telegram, TelegramError, type Composer } from 'telegraf';
import type { Update } from 'telegraf/types';
import type { BotContext } from './context.js';

interface Call {
  method: string;
  body: { text?: string; chat_id?: number; show_alert?: boolean };
}

const ann = { id: 42, is_bot: false, first_name: 'Ann' };
const privateChat = { id: 42, type: 'private' as const, first_name: 'Ann' };

/** A client like the worker's: its errors have a `nextAction`, like those of @chatlane/telegram. */
class WorkerClient extends Telegram {
  override async callApi(...args: Parameters<Telegram['callApi']>): Promise<never> {
    try {
      return (await super.callApi(...args)) as never;
    } catch (error) {
      if (!(error instanceof TelegramError)) throw error;
      const [method] = args;
      const { code: errorCode, description, on } = error;
      const nextAction = errorCode >= 500 ? 'retry' : 'never';
      throw Object.assign(new Error(description), {
        ...{ method, nextAction, errorCode, description, on },
      });
    }
  }
}

/**
 * A bot, and single attempts at its turns: a test chooses which attempt it is, what becomes of the event, and how
 * Telegram answers, without the lane's own retries.
 */
export async function openChat(bot: Composer<BotContext>) {
  const calls: Call[] = [];
  const refusals = new Map<string, { error_code: number; description: string; chat?: number }>();
  let updateId = 100;

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const method = request.url?.split('/').at(-1) ?? '';
      const call = { method, body: JSON.parse(body) as Call['body'] };
      calls.push(call);
      const { chat, ...refused } = refusals.get(method) ?? {};
      const isRefused =
        'error_code' in refused && (chat ?? call.body.chat_id) === call.body.chat_id;
      const refusal = isRefused ? refused : undefined;
      const result = { message_id: calls.length, date: 1, chat: privateChat };
      response.writeHead(refusal?.error_code ?? 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(refusal ? { ok: false, ...refusal } : { ok: true, result }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const telegram = new WorkerClient('1:token', { apiRoot: `http://127.0.0.1:${port}` });

  /** Runs one attempt. */
  async function turn(update: object, info: Partial<TurnInfo> = {}): Promise<void> {
    const ctx = new Context({ update_id: ++updateId, ...update } as Update, telegram, botInfo);
    const turnInfo: TurnInfo = {
      lane: 'c:42',
      attempt: 1,
      signal: new AbortController().signal,
      sessionKey: 'c:42:42',
      sessions: { get: () => Promise.resolve(undefined), stage: () => undefined },
      ...info,
    };
    const context = Object.assign(ctx, { turn: turnInfo }) as BotContext;
    await bot.middleware()(context, () => Promise.resolve());
  }

  const message = { message_id: 1, date: 1, chat: privateChat };

  return {
    calls,
    turn,
    /** Makes all calls to a method fail with this error, or only those to `chat`. */
    refuse: (method: string, error_code: number, description: string, chat?: number) =>
      refusals.set(method, { error_code, description, ...(chat !== undefined && { chat }) }),
    accept: (method: string) => refusals.delete(method),
    /** Sends a text. */
    say: (words: string, content: object = {}, info?: Partial<TurnInfo>) =>
      turn({ message: { ...message, from: ann, text: words, ...content } }, info),
    /** Presses a button. */
    press: (data: string, info?: Partial<TurnInfo>) =>
      turn({ callback_query: { id: 'press', from: ann, chat_instance: '1', data, message } }, info),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function textsOf(calls: Call[]): string[] {
  return calls.flatMap(({ method, body }) => (method === 'sendMessage' ? [body.text ?? ''] : []));
}
