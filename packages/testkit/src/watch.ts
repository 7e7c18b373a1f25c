import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '@chatlane/simulator';
import { labelsIn } from './buttons.js';
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

/** What a person in a chat has seen, and what they have not. */
export interface Watch {
  /** Resolves to the first unseen match, or to undefined after `limitMs`. All before the match counts as seen. */
  find(expected: Expected, limitMs: number): Promise<Shown | undefined>;
  /** Returns everything that was not seen yet, which then counts as seen. */
  rest(): Shown[];
  /** Returns the first of what was not seen yet, which stays unseen. */
  next(): Shown | undefined;
}

/** @param botId the bot's user id */
export function createWatch(
  conversation: Conversation,
  { userId, chatId, botId }: { userId: number; chatId: number; botId: number },
): Watch {
  let seen = conversation.entries.length;

  function shownBy(entry: Entry): Shown | undefined {
    if (entry.kind === 'notice') {
      const { text, kind } = entry;
      const isMine = entry.userId === userId && entry.chatId === chatId;
      return isMine ? { kind, text, buttons: [], message: undefined } : undefined;
    }
    if (entry.kind !== 'message' && entry.kind !== 'edit') return undefined;
    const { message, kind } = entry;
    if (entry.chatId !== chatId || message.from?.id !== botId) return undefined;
    return { kind, text: shownText(message), buttons: labelsIn(message), message };
  }

  function* unseen(): Generator<[index: number, shown: Shown]> {
    for (let index = seen; index < conversation.entries.length; index += 1) {
      const shown = shownBy(conversation.entries[index]!);
      if (shown) yield [index, shown];
    }
  }

  function found(expected: Expected): Shown | undefined {
    for (const [index, shown] of unseen()) {
      if (!matches(shown, expected)) continue;
      seen = index + 1;
      return shown;
    }
    return undefined;
  }

  return {
    async find(expected, limitMs) {
      const until = performance.now() + limitMs;
      for (;;) {
        const added = conversation.next();
        const shown = found(expected);
        if (shown) return shown;
        const leftMs = until - performance.now();
        if (leftMs <= 0) return undefined;
        const stop = new AbortController();
        const late = sleep(leftMs, undefined, { signal: stop.signal }).catch(() => undefined);
        await Promise.race([added, late]);
        stop.abort();
      }
    },
    rest() {
      const all = [...unseen()].map(([, shown]) => shown);
      seen = conversation.entries.length;
      return all;
    },
    next() {
      for (const [, shown] of unseen()) return shown;
      return undefined;
    },
  };
}

function matches(shown: Shown, expected: Expected): boolean {
  if (typeof expected === 'string') return shown.text === expected;
  return expected instanceof RegExp ? expected.test(shown.text) : expected(shown);
}

/** The expectation, in an error. */
export function describeExpected(expected: Expected): string {
  if (typeof expected === 'string') return JSON.stringify(expected);
  return typeof expected === 'function' ? 'what the function expects' : String(expected);
}
