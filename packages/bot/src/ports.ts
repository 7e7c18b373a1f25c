import type { StoredFile } from '@chatlane/contracts';
import type { OptOutStore, SharedRedisOptions } from '@chatlane/middleware';

/** A message with a one-time code for the owner of a phone number. */
export interface CodeMessage {
  /** The phone number in the form +4915112345678. */
  to: string;
  /** The whole message, in the user's language. It contains the code, so do not log it. */
  text: string;
  /** The private chat in which the bot asks for the code. */
  chatId: number;
  /** Fires when the turn that waits for the delivery is over. */
  signal: AbortSignal;
}

/** The index of users' stored files. */
export interface FileIndex {
  /** Lists files whose name or caption has all the words, newest first. `total` ignores `offset` and `limit`. */
  list(
    userId: number,
    choice: { words?: string; offset: number; limit: number },
  ): Promise<{ files: StoredFile[]; total: number }>;
  /** Returns a file of this user, or undefined. */
  get(userId: number, id: string): Promise<StoredFile | undefined>;
}

/** What is remembered about chats for broadcasts. */
export interface KnownChats extends OptOutStore {
  /** Gives a chat a tag, which segments of broadcasts can ask for. Idempotent. */
  tag(chatId: number, tag: string): Promise<void>;
  /** Removes a tag. Idempotent. */
  untag(chatId: number, tag: string): Promise<void>;
}

/** Broadcasts to the private chats that the bot knows. */
export interface Broadcasts {
  /**
   * Creates a draft that copies a message, with a button that ends such messages. Resolves with its id and the number of
   * its recipients.
   */
  draft(
    message: { chatId: number; messageId: number },
    optOutButton: string,
  ): Promise<{ id: number; recipients: number }>;
  /** Sends the message to one chat. Resolves with the code that confirms this draft. Rejects if there are no recipients. */
  preview(id: number, chatId: number): Promise<string>;
  /** Starts a draft that was previewed. Rejects if the code is not that of its preview. */
  start(id: number, code: string): Promise<void>;
  /** Stops sending until it is resumed. */
  pause(id: number): Promise<void>;
  /** Resumes sending. */
  resume(id: number): Promise<void>;
  /** Ends it for good. */
  cancel(id: number): Promise<void>;
  /** Reads its progress. */
  status(id: number): Promise<{ state: string; done: number; sent: number; recipients: number }>;
}

/** What the bot needs from its environment, provided by the worker. */
export interface BotPorts extends SharedRedisOptions {
  /** Signs buttons and one-time codes. At least 32 characters, the same in all workers, and not the token. */
  secret: string;
  /**
   * Sends a one-time code, for example by SMS. If it rejects the turn is retried, so a code may be sent twice.
   */
  deliverCode: (message: CodeMessage) => Promise<void>;
  /** Ids of the users who may use /owner. */
  ownerIds: readonly number[];
  /** Opt-outs from broadcasts, and tags for their segments. */
  chats: KnownChats;
  /** Absent: /broadcast is an unknown command. */
  broadcasts?: Broadcasts;
  /** The stored files of users. */
  fileIndex: FileIndex;
  /** Makes a link with which anyone can download the file for `seconds`. Absent: links are disabled. */
  fileLink?: (file: StoredFile) => { url: string; seconds: number };
  /**
   * Reads a stored file. Resolves to undefined if it no longer exists or is larger than `maxBytes`. Absent: previews
   * have no pictures.
   */
  readFile?: (file: StoredFile, maxBytes: number) => Promise<Buffer | undefined>;
  /** False disables the rate limit. Default: one message a second, with a burst of 20. */
  rateLimit?: boolean;
}
