import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TurnInfo } from '@chatlane/middleware';
import { botInfo, startRedisServer, type RedisServer } from '@chatlane/testing';
import { Redis } from 'ioredis';
import { Context, Telegram, TelegramError, type Composer } from 'telegraf';
import type { Message, Update } from 'telegraf/types';
import { createBot } from './bot.js';
import type { BotContext } from './context.js';
import type { BotPorts, CodeMessage } from './ports.js';

interface Call {
  method: string;
  body: {
    text?: string;
    /** The body of a call that uploads a file. */
    multipart?: string;
    chat_id?: number;
    reply_markup?: unknown;
    show_alert?: boolean;
    results?: { id: string; title?: string }[];
    next_offset?: string;
    button?: { text: string };
    action?: string;
  };
}

interface StagedRequest {
  kind: string;
  [field: string]: unknown;
}

const ann = { id: 42, is_bot: false, first_name: 'Ann' };
const admins = [{ status: 'creator', user: { ...ann, id: 7 } }];
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
        method,
        nextAction,
        errorCode,
        description,
        on,
      });
    }
  }
}

let server: RedisServer | undefined;
let redis: Redis | undefined;

afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});

/** Ports with the Redis of this test file. */
async function testPorts(ports: Partial<BotPorts> = {}): Promise<BotPorts> {
  server ??= await startRedisServer();
  redis ??= new Redis(server.url);
  return {
    redis,
    name: `bot${(deployments += 1)}`,
    secret: 'a secret of thirty-two characters',
    ownerIds: [],
    rateLimit: false,
    deliverCode: () => Promise.resolve(),
    chats: {
      optOut: () => Promise.resolve(),
      optIn: () => Promise.resolve(),
      tag: () => Promise.resolve(),
      untag: () => Promise.resolve(),
    },
    fileIndex: {
      list: () => Promise.resolve({ files: [], total: 0 }),
      get: () => Promise.resolve(undefined),
    },
    ...ports,
  };
}
let deployments = 0;

/** A person's chat with the bot, and the codes that it sent. */
export async function openBotChat(ports: Partial<BotPorts> = {}) {
  const codes: CodeMessage[] = [];
  const deliverCode = (message: CodeMessage) => Promise.resolve(void codes.push(message));
  const chat = await openChat(createBot(await testPorts({ deliverCode, ...ports })));
  return Object.assign(chat, { codes });
}

/** A person's chat with the bot: a Bot API server, the bot, and sessions saved as by a lane's commit. */
export async function openChat(bot: Composer<BotContext>) {
  const calls: Call[] = [];
  const actions: (string | undefined)[] = [];
  const refusals = new Map<string, { error_code: number; description: string; chat?: number }>();
  const sessions = new Map<string, string>();
  const requests: StagedRequest[] = [];
  let updateId = 100;

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const method = request.url?.split('/').at(-1) ?? '';
      const isJson = request.headers['content-type']?.includes('json');
      const call = {
        method,
        body: isJson ? (JSON.parse(body) as Call['body']) : { multipart: body },
      };
      // Separate, because whether a turn takes long enough for one depends on the machine.
      if (method === 'sendChatAction') actions.push(call.body.action);
      else calls.push(call);
      const { chat, ...refused } = refusals.get(method) ?? {};
      const isRefused =
        'error_code' in refused && (chat ?? call.body.chat_id) === call.body.chat_id;
      const refusal = isRefused ? refused : undefined;
      const message = { message_id: calls.length, date: 1, chat: privateChat };
      const result = method === 'getChatAdministrators' ? admins : message;
      response.writeHead(refusal?.error_code ?? 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(refusal ? { ok: false, ...refusal } : { ok: true, result }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const telegram = new WorkerClient('1:token', { apiRoot: `http://127.0.0.1:${port}` });

  /** Runs a turn, commits its sessions if it succeeds, and returns its calls. */
  async function turn(update: object, info: Partial<TurnInfo> = {}): Promise<Call[]> {
    const before = calls.length;
    const staged = new Map<string, string | undefined>();
    const outbox: StagedRequest[] = [];
    const full = { update_id: ++updateId, ...update } as Update;
    const ctx: Context = new Context(full, telegram, botInfo);
    const turnInfo: TurnInfo = {
      lane: 'c:42',
      attempt: 1,
      signal: new AbortController().signal,
      sessionKey: 'c:42:42',
      sessions: {
        get: (key) => Promise.resolve(sessions.get(key)),
        stage: (key, json) => void staged.set(key, json),
      },
      outbox: {
        stage(kind, json) {
          const id = `${updateId}.${outbox.length + 1}`;
          const request = JSON.parse(typeof json === 'string' ? json : json(id)) as object;
          outbox.push({ kind, ...request });
          return id;
        },
      },
      ...info,
    };
    await bot.middleware()(Object.assign(ctx, { turn: turnInfo }) as BotContext, () =>
      Promise.resolve(),
    );
    for (const [key, json] of staged) {
      if (json === undefined) sessions.delete(key);
      else sessions.set(key, json);
    }
    requests.push(...outbox);
    return calls.slice(before);
  }

  const message = (content: object) => ({
    message: { message_id: 1, date: 1, chat: privateChat, from: ann, ...content },
  });

  return {
    calls,
    /** The chat actions that were shown, which are not in `calls`. */
    actions,
    /** The committed outbox entries. */
    requests,
    turn,
    message,
    /** Makes all calls to a method fail with this error, or only those to `chat`. */
    refuse: (method: string, error_code: number, description: string, chat?: number) =>
      refusals.set(method, { error_code, description, ...(chat !== undefined && { chat }) }),
    accept: (method: string) => refusals.delete(method),
    /** Stores a session for the next turn. A string is stored unchanged. */
    store: (session: object | string) =>
      void sessions.set('c:42:42', typeof session === 'string' ? session : JSON.stringify(session)),
    /** The keys of all stored sessions. */
    keys: () => [...sessions.keys()],
    /** The stored session, without its version. */
    session(): Record<string, unknown> {
      const kept = JSON.parse(sessions.get('c:42:42') ?? '{}') as { value?: object };
      return { ...(kept.value ?? kept) };
    },
    /** Sends a text and returns the bot's texts. */
    async say(words: string, content: object = {}, info: Partial<TurnInfo> = {}) {
      const length = words.split(' ')[0]?.length ?? 0;
      const entities = words.startsWith('/') ? [{ type: 'bot_command', offset: 0, length }] : [];
      return textsOf(await turn(message({ text: words, entities, ...content }), info));
    },
    /** Sends another kind of message and returns the bot's texts. */
    send: async (content: Partial<Message.PhotoMessage> | object) =>
      textsOf(await turn(message(content))),
    /** Presses a button and returns the bot's calls. */
    press: (data: string, info: Partial<TurnInfo> = {}) =>
      turn(
        {
          callback_query: {
            id: 'press',
            from: ann,
            chat_instance: '1',
            data,
            message: { message_id: 9, date: 1, chat: privateChat, text: 'buttons' },
          },
        },
        info,
      ),
    /** The data of the buttons in the latest message that has any. */
    buttons(): string[] {
      const shown = JSON.stringify(calls.findLast(({ body }) => body.reply_markup)?.body);
      const data = shown.matchAll(/"callback_data":("(?:[^"\\]|\\.)*")/g);
      return [...data].map(([, json = '""']) => JSON.parse(json) as string);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function textsOf(calls: Call[]): string[] {
  return calls.flatMap(({ method, body }) => (method === 'sendMessage' ? [body.text ?? ''] : []));
}
