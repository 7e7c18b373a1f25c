import { startSimulator, type Call, type RunningSimulator, type User } from '@chatlane/simulator';
import type { BotExports } from '@chatlane/worker';
import { createBackend } from './backend.js';
import { onCall, type CallHandler } from './calls.js';
import { recordConversation } from './conversation.js';
import { createGroup, type Group, type GroupOptions } from './group.js';
import { letPass, type Duration } from './passes.js';
import { createPerson, type Person } from './person.js';
import { receive } from './receive.js';
import { newName } from './running-bot.js';
import { transcript } from './transcript.js';

/** What `chat` runs: a Telegraf `Composer` or `Telegraf`, what a bot's module exports, or the path of the module. */
export type Bot = object | string;

/** Options of `chat`. */
export interface ChatOptions {
  /** Settings of the worker, as in its environment: `{ OWNER_IDS: '42' }`. Default: the worker's own defaults. */
  settings?: Readonly<Record<string, string>>;
  /** The bot's username. Default: `your_bot`. */
  username?: string;
  /** Milliseconds that the bot may take for an update. Default: 4,000. */
  limitMs?: number;
}

/** A bot that runs for one test, and the people who talk to it. */
export interface Chat {
  /** A person in their private chat with the bot: Ann, whose language is English. */
  readonly user: Person;
  /** Another person, in their private chat with the bot. Without an id, a free one is assigned. */
  newUser(profile?: Partial<User>): Person;
  /** A new group with the bot in it: `ann.in(group)` is Ann there. */
  group(options?: GroupOptions): Group;
  /** Lets a function decide about the calls of one method. Returns a function that ends it. */
  onCall(method: string, decide: CallHandler): () => void;
  /** The calls that the bot has made, oldest first, without those of the worker's start. */
  calls(method?: string): Call[];
  /**
   * Lets time pass. Events of `ctx.later` that are due meanwhile are handled in order, and what people send afterwards
   * has the later date. `Date.now()` stays as it is.
   */
  passes(duration: Duration): Promise<void>;
  /**
   * Delivers any other update, such as `{ chat_boost: {...} }`, or an event of files, such as `{ file_ready: {...} }`.
   * Resolves when the bot has handled it.
   */
  receives(update: object): Promise<void>;
  /** Adds a line to the conversation, such as a heading. */
  note(line: string): void;
  /** The whole conversation as text, for a snapshot or to read. */
  conversation(): string;
  /** The simulated Telegram, for everything that has no method here. */
  readonly telegram: RunningSimulator;
  /** Stops the bot. @throws the error of a handler, if no earlier call has thrown it */
  close(): Promise<void>;
  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

const HANDLED_WITHIN_MS = 4_000;
const SEEN_WITHIN_MS = 1_000;

let bots = 0;
let lastUserId = 1_000;

/**
 * Runs a bot on real lanes, with a simulated Telegram and a private Redis, all in this process. Each call is a
 * deployment of its own.
 *
 * @example
 * await using test = await chat(bot);
 * const { user } = test;
 * await user.says('/start');
 * await user.sees(/Welcome/);
 *
 * @throws Error when the bot cannot be started, or the machine has no Redis
 */
export async function chat(bot: Bot, options: ChatOptions = {}): Promise<Chat> {
  const { settings = {}, username = 'your_bot', limitMs } = options;
  bots += 1;
  const telegram = await startSimulator({ token: `${7_000_000_000 + bots}:${'A'.repeat(35)}` });
  const { world } = telegram;
  world.bot.username = username;
  const conversation = recordConversation(telegram);
  const backend = createBackend({
    bot: exportsOf(bot),
    telegram,
    name: newName(),
    settings,
    limitMs: limitMs ?? HANDLED_WITHIN_MS,
  });
  const cast = {
    botId: world.bot.id,
    nameOf: (userId: number) => world.users.ensure(userId).first_name,
    titleOf: (chatId: number) => world.chats.get(chatId)?.identity.title ?? 'the chat',
  };
  const written = (): string => transcript(conversation.entries, cast);

  function newUser(profile: Partial<User> = {}): Person {
    lastUserId += 1;
    const { id } = world.users.put({ id: lastUserId, language_code: 'en', ...profile });
    const shared = { telegram, backend, conversation, written };
    return createPerson({
      ...shared,
      userId: id,
      chatId: id,
      limitMs: limitMs ?? SEEN_WITHIN_MS,
    });
  }

  try {
    await backend.use(() => Promise.resolve());
  } catch (error) {
    await backend.close();
    throw error;
  }
  const earlier = telegram.calls().length;
  return {
    user: newUser({ first_name: 'Ann' }),
    newUser,
    group: (given = {}) => createGroup(telegram, backend, given),
    onCall: (method, decide) => onCall(telegram, method, decide),
    calls: (method) =>
      telegram
        .calls()
        .slice(earlier)
        .filter((call) => method === undefined || call.method === method),
    passes: (duration) => letPass(duration, { backend, telegram, conversation }),
    receives: (update) => receive(update, { telegram, backend }),
    note: (line) => conversation.add({ kind: 'note', line }),
    conversation: written,
    telegram,
    close: () => backend.close(),
    [Symbol.asyncDispose]: () => backend.close(),
  };
}

function exportsOf(bot: Bot): BotExports | string {
  if (typeof bot === 'string') return bot;
  return 'middleware' in bot ? { default: bot } : bot;
}
