import { typedText, type Message, type RunningSimulator, type User } from '@chatlane/simulator';
import type { Backend } from './backend.js';
import { buttonsIn } from './buttons.js';
import type { Conversation } from './conversation.js';
import type { Group } from './group.js';
import { contentOf, type SentContent } from './sent-content.js';
import { createSessions } from './sessions.js';
import { createWatch, describeExpected, type Expected, type Shown } from './watch.js';

/**
 * A person in one chat with the bot: their private chat, or a group. What they do resolves when the bot has handled it,
 * and rejects with the error of a handler whose event has failed for good.
 */
export interface Person {
  /** The user's id. */
  readonly id: number;
  /** The user as Telegram knows them. */
  readonly profile: User;
  /** The same person in a group, which they join if they are not a member. */
  in(group: Group): Person;
  /** Writes a message. @param options.replyTo the message that it answers */
  says(text: string, options?: { replyTo?: Message }): Promise<Message>;
  /** Sends a file, a location or anything else. */
  sends(content: SentContent): Promise<Message>;
  /** Shares their own phone number. */
  sharesContact(phoneNumber?: string): Promise<Message>;
  /** Edits one of their messages. */
  edits(message: Message, text: string): Promise<Message>;
  /**
   * Presses the newest button with this label, below a message or on the keyboard.
   *
   * @throws Error that lists the buttons when there is none
   */
  presses(label: string | RegExp): Promise<void>;
  /** Blocks the bot. Their next message unblocks it. */
  blocks(): Promise<void>;
  /** Types `@bot query` in this chat. @returns the titles of the results, or their ids where they have none */
  searches(query: string): Promise<string[]>;
  /**
   * Waits until the bot has shown something that this person has not seen yet, and that is as expected. Everything
   * before it counts as seen.
   *
   * @throws Error that shows the whole conversation when the bot does not
   */
  sees(expected: Expected): Promise<Shown>;
  /** @throws Error when the bot has shown something that this person has not seen yet */
  seesNothingMore(): Promise<void>;
  /** Returns everything that the bot has shown and this person has not seen yet. From then on it counts as seen. */
  unseen(): Shown[];
  /** Their session in this chat, as the bot's next turn will read it. Undefined when there is none. */
  session<Session extends object>(): Promise<Session | undefined>;
  /** Replaces their session. @param options.version the version of its shape, for a bot with `session({ version })` */
  setSession(session: object, options?: { version?: number }): Promise<void>;
}

/** Options of `createPerson`. */
export interface PersonOptions {
  telegram: RunningSimulator;
  backend: Backend;
  conversation: Conversation;
  userId: number;
  chatId: number;
  /** Milliseconds that `sees` waits. */
  limitMs: number;
  /** The conversation as text, for errors. */
  written: () => string;
}

export function createPerson(options: PersonOptions): Person {
  const { telegram, backend, conversation, userId, chatId, written } = options;
  const { people, world } = telegram;
  const watch = createWatch(conversation, { userId, chatId, botId: world.bot.id });
  const sessions = createSessions(backend, chatId);
  const profile = (): User => world.users.ensure(userId);

  function failure(problem: string): Error {
    return new Error(`${problem}\n\nThe conversation:\n${written()}`);
  }

  /** Does something, and lets the bot handle it. */
  function act<Result>(does: () => Result): Promise<Result> {
    return backend.use(async () => {
      const result = does();
      await backend.settle();
      return result;
    });
  }

  function send(content: Partial<Message>, replyTo?: Message): Promise<Message> {
    return act(() => people.say(chatId, userId, content, replyTo?.message_id));
  }

  function contact(phoneNumber: string): Partial<Message> {
    const { first_name } = profile();
    return { contact: { phone_number: phoneNumber, first_name, user_id: userId } };
  }

  const person: Person = {
    id: userId,
    get profile() {
      return profile();
    },
    in: ({ id }) => createPerson({ ...options, chatId: id }),
    says: (text, { replyTo } = {}) => send(typedText(text), replyTo),
    sends: (content) => send(contentOf(telegram, content)),
    sharesContact: (phoneNumber = '+4915550001001') => send(contact(phoneNumber)),
    edits: (message, text) => act(() => people.edit(chatId, message.message_id, userId, text)),
    async presses(label) {
      const buttons = buttonsIn(world.histories.list(chatId));
      const found = buttons.find((each) =>
        typeof label === 'string' ? each.label === label : label.test(each.label),
      );
      if (!found) {
        const labels = buttons.map((each) => `[${each.label}]`).join(' ') || 'none';
        throw failure(`There is no button ${String(label)}. The buttons are: ${labels}`);
      }
      const { button, message, isInline } = found;
      if (!isInline) {
        await (button['request_contact'] === true
          ? person.sharesContact()
          : person.says(found.label));
        return;
      }
      const data = button['callback_data'];
      if (typeof data !== 'string') {
        throw failure(`The button ${found.label} does not reach the bot, because it has no data.`);
      }
      await act(() => {
        conversation.add({ kind: 'press', chatId, userId, label: found.label });
        people.press(chatId, message.message_id, userId, data);
      });
    },
    blocks: () =>
      act(() => {
        conversation.add({ kind: 'block', chatId: userId, userId });
        people.block(userId, true);
      }),
    async searches(query) {
      const asked = await act(() => people.askInline(chatId, userId, { query, offset: '' }));
      return (asked.answer?.results ?? []).map(({ title, id }) => title ?? id);
    },
    sees: (expected) =>
      backend.use(async () => {
        const shown = await watch.find(expected, options.limitMs);
        if (shown) return shown;
        throw failure(`${profile().first_name} does not see ${describeExpected(expected)}.`);
      }),
    seesNothingMore: () =>
      backend.use(async () => {
        await backend.settle();
        const shown = watch.next();
        if (shown) throw failure(`${profile().first_name} also sees: ${shown.text}`);
      }),
    unseen: () => watch.rest(),
    session: () => sessions.read(String(userId)),
    setSession: (session, { version } = {}) => sessions.write(String(userId), session, version),
  };
  return person;
}
