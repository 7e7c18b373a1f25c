import type { StoredFile } from '@chatlane/contracts';
import type { SharedRedisOptions } from '@chatlane/middleware';

/** A one-time code on its way to the owner of a phone number. */
export interface CodeMessage {
  /** The phone number, as +4915112345678. */
  to: string;
  /** All of the message, in the user's language, the code in it. A secret: it belongs in no log. */
  text: string;
  /** The private chat in which the code is asked for. */
  chatId: number;
  /** Fires when the turn that waits for it is over. */
  signal: AbortSignal;
}

/** The files that are stored for a user. */
export interface FileIndex {
  /** Those whose names have all the words, the newest first; `total` counts them without `offset` and `limit`. */
  list(
    userId: number,
    choice: { words?: string; offset: number; limit: number },
  ): Promise<{ files: StoredFile[]; total: number }>;
  get(userId: number, id: string): Promise<StoredFile | undefined>;
}

/** What the bot needs of the world; the worker fits it in. */
export interface BotPorts extends SharedRedisOptions {
  /** Signs buttons and one-time codes: 32 characters at least, the same in all workers, not the token. */
  secret: string;
  /**
   * Sends a one-time code, by SMS for instance. Rejects when it cannot; the turn is then tried again, and a code may be
   * sent twice.
   */
  deliverCode: (message: CodeMessage) => Promise<void>;
  /** Ids of the users that /owner answers. */
  ownerIds: readonly number[];
  /** The files of users, as the downloads keep them. */
  fileIndex: FileIndex;
  /** A link by which anybody can download the file for so many seconds; absent: there are none. */
  fileLink?: (file: StoredFile) => { url: string; seconds: number };
  /**
   * The content of a stored file; undefined: it is not there any more, or has more bytes than that. Absent: nobody
   * reads any.
   */
  readFile?: (file: StoredFile, mostBytes: number) => Promise<Buffer | undefined>;
  /** False: users may write as fast as they like. Default: a message a second, after a burst of twenty. */
  rateLimit?: boolean;
}
