import { setTimeout as sleep } from 'node:timers/promises';
import { typedText, type Message, type RunningSimulator, type User } from '@chatlane/simulator';
import type { Backend } from './backend.js';
import { buttonsIn, labelsIn } from './buttons.js';
import type { Conversation, Entry } from './conversation.js';
import { shownText } from './transcript.js';

/** What a person sees: a message of the bot, a message that it has changed, or a notice after a button press. */
export interface Shown {
  /** Its text, its caption, or the question of its poll. */
  text: string;
  /** The labels of its buttons, in rows. */
  buttons: string[][];
  /** The message; undefined for a notice. */
  message: Message | undefined;
  /** Whether it is new, an edit of an earlier message, or a notice of `answerCallbackQuery`. */
  kind: 'message' | 'edit' | 'notice';
}

/** What `sees` waits for: the whole text, a part of it, or anything else about it. */
export type Expected = string | RegExp | ((shown: Shown) => boolean);

/** A person in one chat with the bot: their private chat, or a group. */
export interface Person {
  /** The user's id. */
  readonly id: number;
  /** The user as Telegram knows them. */
  readonly profile: User;
  /** Writes a message. Resolves when the bot has handled it. @throws the error of a handler that failed */
  says(text: string): Promise<Message>;
  /**
   * Presses the newest button with this label, below a message or on the keyboard.
   *
   * @throws Error that lists the buttons when there is none; and the error of a handler that failed
   */
  presses(label: string | RegExp): Promise<void>;
  /**
   * Waits until the bot has shown something that this person has not seen yet, and that is as expected. Everything
   * before it counts as seen.
   *
   * @throws Error that shows the whole conversation when the bot does not
   */
  sees(expected: Expected): Promise<Shown>;
  /** @throws Error when the bot has shown something that this person has not seen yet */
  seesNothingMore(): Promise<void>;
}

/** Options of `createPerson`. */
export interface PersonOptions {
  telegram: RunningSimulator;
  backend: Backend;
  conversation: Conversation;
  user: User;
  chatId: number;
  /** Milliseconds that `sees` waits. */
  limitMs: number;
  /** The conversation as text, for errors. */
  written: () => string;
}

export function createPerson(options: PersonOptions): Person {
  const { telegram, backend, conversation, user, chatId, limitMs, written } = options;
  const { people, world } = telegram;
  const { id } = user;
  let seen = conversation.entries.length;

  /** What the bot shows to this person with an entry. */
  function shownBy(entry: Entry): Shown | undefined {
    if (entry.kind === 'notice') {
      const { userId, text, kind } = entry;
      return userId === id ? { kind, text, buttons: [], message: undefined } : undefined;
    }
    if (entry.kind !== 'message' && entry.kind !== 'edit') return undefined;
    const { message, kind } = entry;
    if (entry.chatId !== chatId || message.from?.id !== world.bot.id) return undefined;
    return { kind, text: shownText(message), buttons: labelsIn(message), message };
  }

  function* unseen(): Generator<[index: number, shown: Shown]> {
    for (let index = seen; index < conversation.entries.length; index += 1) {
      const shown = shownBy(conversation.entries[index]!);
      if (shown) yield [index, shown];
    }
  }

  function find(expected: Expected): Shown | undefined {
    for (const [index, shown] of unseen()) {
      if (!matches(shown, expected)) continue;
      seen = index + 1;
      return shown;
    }
    return undefined;
  }

  function failure(problem: string): Error {
    return new Error(`${problem}\n\nThe conversation:\n${written()}`);
  }

  async function act<Result>(does: () => Result): Promise<Result> {
    return backend.use(async () => {
      const result = does();
      await backend.settle();
      return result;
    });
  }

  return {
    id,
    get profile() {
      return world.users.ensure(id);
    },
    says: (text) => act(() => people.say(chatId, id, typedText(text))),
    async presses(label) {
      const buttons = buttonsIn(world.histories.list(chatId));
      const found = buttons.find((each) => isLabel(each.label, label));
      if (!found) {
        const labels = buttons.map((each) => `[${each.label}]`).join(' ') || 'none';
        throw failure(`There is no button ${String(label)}. The buttons are: ${labels}`);
      }
      const { button, message, isInline } = found;
      if (!isInline) {
        await act(() => people.say(chatId, id, typedText(found.label)));
        return;
      }
      const data = button['callback_data'];
      if (typeof data !== 'string') {
        throw failure(`The button ${found.label} does not reach the bot, because it is a link.`);
      }
      await act(() => {
        conversation.add({ kind: 'press', chatId, userId: id, label: found.label });
        people.press(chatId, message.message_id, id, data);
      });
    },
    sees: (expected) =>
      backend.use(async () => {
        const until = performance.now() + limitMs;
        for (;;) {
          const found = find(expected);
          if (found) return found;
          const left = until - performance.now();
          if (left <= 0) break;
          await Promise.race([conversation.next(), sleep(left)]);
        }
        throw failure(`${user.first_name} does not see ${describe(expected)}.`);
      }),
    seesNothingMore: () =>
      backend.use(async () => {
        await backend.settle();
        const [first] = unseen();
        if (first) throw failure(`${user.first_name} also sees: ${first[1].text}`);
      }),
  };
}

function matches(shown: Shown, expected: Expected): boolean {
  if (typeof expected === 'string') return shown.text === expected;
  return expected instanceof RegExp ? expected.test(shown.text) : expected(shown);
}

function describe(expected: Expected): string {
  if (typeof expected === 'string') return JSON.stringify(expected);
  return typeof expected === 'function' ? 'what the function expects' : String(expected);
}

function isLabel(label: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? label === wanted : wanted.test(label);
}
