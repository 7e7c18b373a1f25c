import { chat, type CallHandler, type Refusal } from '@chatlane/testkit';
import { createBot } from './bot.js';
import type { BotPorts, CodeMessage } from './ports.js';

/** A call of the bot. */
export interface Call {
  method: string;
  body: {
    text?: string;
    reply_markup?: { inline_keyboard?: { callback_data?: string }[][] };
    [parameter: string]: unknown;
  };
}

const ann = { id: 42, is_bot: false, first_name: 'Ann' };
const creator = { id: 7, first_name: 'Creator' };
const group = -5;

/**
 * The chat of Ann (42) with the bot, on real lanes, and a group (-5) with her in it, whose creator is 7. Updates are
 * delivered as they are given, so that tests choose dates and message ids.
 */
export async function openBotChat(ports: Partial<BotPorts> = {}) {
  const codes: CodeMessage[] = [];
  const deliverCode = (message: CodeMessage) => Promise.resolve(void codes.push(message));
  let own: BotPorts | undefined;
  const test = await chat(
    {
      createBot(given: BotPorts) {
        own = { ...given, rateLimit: false, deliverCode, ...ports };
        return createBot(own);
      },
    },
    { username: 'lane_bot' },
  );
  const { users, chats } = test.telegram.world;
  const person = test.newUser(ann);
  users.put(creator);
  chats.create({ id: group, type: 'group', memberIds: [42], adminIds: [7] });
  const { redis, name } = own!;
  let updateId = 100;

  /** Without chat actions: whether a turn takes long enough for one depends on the machine. */
  const calls = (): Call[] =>
    test
      .calls()
      .filter(({ method }) => method !== 'sendChatAction')
      .map(({ method, params }) => ({ method, body: params }));

  /** Delivers an update and returns the bot's calls. */
  async function turn(update: object): Promise<Call[]> {
    const before = calls().length;
    await test.receives({ update_id: (updateId += 1), ...update });
    return calls().slice(before);
  }

  const message = (content: object) => ({
    message: { message_id: 1, date: 1, chat: privateChat, from: ann, ...content },
  });

  return {
    codes,
    turn,
    message,
    get calls() {
      return calls();
    },
    /** The chat actions that were shown, which are not in `calls`. */
    actions: () => test.calls('sendChatAction').map(({ params }) => params['action']),
    /** The requests about files that committed turns have made, as stored in their queues. */
    async requests(): Promise<object[]> {
      const read = async (queue: string) => {
        const jobs = (await redis.keys(`{${name}*}:${queue}:*`)).sort();
        const data = await Promise.all(
          jobs.map((key) => redis.hget(key, 'data').catch(() => null)),
        );
        return data.flatMap((json) => (json === null ? [] : (JSON.parse(json) as Requested)));
      };
      const chores = await read('file-chores');
      return [
        ...(await read('downloads')).map((each) => ({ kind: 'download', ...each })),
        ...chores.flatMap(({ chore, request }) => (request ? [{ kind: chore, ...request }] : [])),
      ];
    },
    /** Accepts calls that send a file by its id, although the simulator does not know the id. */
    acceptFiles(...methods: string[]) {
      const sent = { message_id: 1_000, date: 1, chat: privateChat };
      for (const method of methods) test.onCall(method, () => ({ result: sent }));
    },
    /** The bot's user. */
    me: test.telegram.world.bot,
    /** The id of the message that the bot has sent last. */
    sentId: () => test.telegram.world.histories.list(42).at(-1)?.message_id,
    /** The content of the files that the next calls upload. */
    uploads() {
      const uploads: string[] = [];
      test.telegram.onCall((_, { files }) => {
        for (const { bytes } of files.values()) uploads.push(bytes.toString());
        return undefined;
      });
      return uploads;
    },
    /** Lets a function decide about the calls of a method. */
    onCall: (method: string, decide: CallHandler) => test.onCall(method, decide),
    /** Makes Telegram refuse all calls to a method. Returns a function that ends it. */
    refuse: (method: string, error_code: number, description: string) =>
      test.onCall(method, (): Refusal => ({ error_code, description })),
    /** Stores a session for the next turn. A string is stored unchanged. */
    async store(session: object | string) {
      await person.setSession(typeof session === 'string' ? {} : session);
      if (typeof session !== 'string') return;
      const [key = ''] = await redis.keys(`{${name}:*}:session:c:42:42`);
      await redis.set(key, session);
    },
    /** The keys of all stored sessions. */
    async keys() {
      const keys = await redis.keys(`{${name}:*}:session:*`);
      return keys.map((key) => key.replace(/^.*?:session:/, '')).sort();
    },
    /** The stored session, without its version. */
    session: async () => ({ ...(await person.session<Record<string, unknown>>()) }),
    /** Sends a text and returns the bot's texts. */
    async say(words: string, content: object = {}) {
      const length = words.split(' ')[0]?.length ?? 0;
      const entities = words.startsWith('/') ? [{ type: 'bot_command', offset: 0, length }] : [];
      return textsOf(await turn(message({ text: words, entities, ...content })));
    },
    /** Sends another kind of message and returns the bot's texts. */
    send: async (content: object) => textsOf(await turn(message(content))),
    /** Presses the button with this data, wherever it is, and returns the bot's calls. */
    press(data: string, from: object = ann, chatId = 42) {
      const sent = test.telegram.world.histories.list(chatId);
      const has = JSON.stringify(data);
      const shown = sent.findLast((each) => JSON.stringify(each.reply_markup ?? '').includes(has));
      const pressed = { id: `press-${(updateId += 1)}`, from, chat_instance: '1', data };
      return turn({ callback_query: { ...pressed, message: shown ?? sent.at(-1) } });
    },
    /** The data of the buttons in the latest message that has any. */
    buttons(): string[] {
      const shown = calls().findLast(({ body }) => body.reply_markup?.inline_keyboard);
      const rows = shown?.body.reply_markup?.inline_keyboard ?? [];
      return rows.flat().flatMap(({ callback_data }) => callback_data ?? []);
    },
    [Symbol.asyncDispose]: () => test.close(),
  };
}

interface Requested {
  chore?: string;
  request?: object;
}

const privateChat = { id: 42, type: 'private' as const, first_name: 'Ann' };

export function textsOf(calls: Call[]): string[] {
  return calls.flatMap(({ method, body }) => (method === 'sendMessage' ? [body.text ?? ''] : []));
}
