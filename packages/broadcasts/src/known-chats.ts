import type { Redis } from '@chatlane/redis';
import { broadcastKeys } from './keys.js';
import { changeChatScript, readChatScript } from './scripts.js';

/** What is known about a chat. */
export interface KnownChat {
  /** The day on which it was last seen, in days since 1970; 0 if it never was. */
  readonly day: number;
  /** The language of the user's Telegram; `''` if it is not known. */
  readonly language: string;
  /** Whether the user has blocked the bot, or the bot was removed from the chat. */
  readonly isBlocked: boolean;
  /** The tags that the bot has given it. */
  readonly tags: readonly string[];
  /** The topics that it does not want. */
  readonly optedOut: readonly string[];
}

/** What is remembered about chats for broadcasts. */
export interface KnownChats {
  /** Reads what is known; an unknown chat has no properties. */
  read(chatId: number): Promise<KnownChat>;
  /** Ends the messages of a topic for a chat. Idempotent. @throws TypeError when the topic is invalid */
  optOut(chatId: number, topic: string): Promise<void>;
  /** Allows the messages of a topic again. Idempotent. @throws TypeError when the topic is invalid */
  optIn(chatId: number, topic: string): Promise<void>;
  /** Gives a chat a tag, for segments. Idempotent. @throws TypeError when the tag is invalid */
  tag(chatId: number, tag: string): Promise<void>;
  /** Removes a tag. Idempotent. @throws TypeError when the tag is invalid */
  untag(chatId: number, tag: string): Promise<void>;
}

/** Opens the known chats of a deployment. */
export function createKnownChats({ redis, name }: { redis: Redis; name: string }): KnownChats {
  const { scope } = broadcastKeys(name);

  async function change(
    chatId: number,
    list: 'tags' | 'out',
    item: string,
    isAdded: boolean,
  ): Promise<void> {
    if (!/^[\w-]{1,32}$/.test(item)) {
      throw new TypeError('A tag or topic must be 1 to 32 letters, digits, - and _.');
    }
    await changeChatScript.run(redis, scope, [chatId, list, item, isAdded ? 1 : 0]);
  }

  return {
    read: (chatId) => readChatScript.run(redis, scope, [chatId]),
    optOut: (chatId, topic) => change(chatId, 'out', topic, true),
    optIn: (chatId, topic) => change(chatId, 'out', topic, false),
    tag: (chatId, tag) => change(chatId, 'tags', tag, true),
    untag: (chatId, tag) => change(chatId, 'tags', tag, false),
  };
}
