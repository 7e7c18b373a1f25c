import { startSimulator, type RunningSimulator } from '@chatlane/simulator';
import type { BotExports } from '@chatlane/worker';
import { createBackend } from './backend.js';
import { recordConversation } from './conversation.js';
import { createPerson, type Person } from './person.js';
import { newName } from './running-bot.js';
import { transcript } from './transcript.js';

/** What `chat` runs: a Telegraf `Composer` or `Telegraf`, what a bot's module exports, or the path of the module. */
export type Bot = object | string;

/** Options of `chat`. */
export interface ChatOptions {
  /** Settings of the worker, as in its environment: `{ OWNER_IDS: '42' }`. Default: the worker's own defaults. */
  settings?: Readonly<Record<string, string>>;
  /** Milliseconds that the bot may take for an update. Default: 4,000. */
  limitMs?: number;
}

/** A bot that runs for one test, and the people who talk to it. */
export interface Chat {
  /** A person in their private chat with the bot. */
  readonly user: Person;
  /** The simulated Telegram, for everything that has no method here. */
  readonly telegram: RunningSimulator;
  /** The whole conversation as text. */
  conversation(): string;
  /** Stops the bot. @throws the error of a handler that nothing has thrown yet */
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
 * await using chatting = await chat(bot);
 * const { user } = chatting;
 * await user.says('/start');
 * await user.sees(/Welcome/);
 *
 * @throws Error when the bot cannot be started, or the machine has no Redis
 */
export async function chat(bot: Bot, options: ChatOptions = {}): Promise<Chat> {
  const { settings = {}, limitMs } = options;
  bots += 1;
  const telegram = await startSimulator({ token: `${7_000_000_000 + bots}:${'A'.repeat(35)}` });
  const conversation = recordConversation(telegram);
  const backend = createBackend({
    bot: exportsOf(bot),
    telegram,
    name: newName(),
    settings,
    limitMs: limitMs ?? HANDLED_WITHIN_MS,
  });
  const nameOf = (userId: number): string => telegram.world.users.ensure(userId).first_name;
  const written = (): string =>
    transcript(conversation.entries, { botId: telegram.world.bot.id, nameOf });

  lastUserId += 1;
  const user = telegram.world.users.put({ id: lastUserId, first_name: 'Ann', language_code: 'en' });
  try {
    await backend.use(() => Promise.resolve());
  } catch (error) {
    await backend.close();
    throw error;
  }
  const ann = createPerson({
    ...{ telegram, backend, conversation, user, written },
    chatId: user.id,
    limitMs: limitMs ?? SEEN_WITHIN_MS,
  });
  return {
    user: ann,
    telegram,
    conversation: written,
    close: () => backend.close(),
    [Symbol.asyncDispose]: () => backend.close(),
  };
}

function exportsOf(bot: Bot): BotExports | string {
  if (typeof bot === 'string') return bot;
  return 'middleware' in bot ? { default: bot } : bot;
}
