import type { Shared } from '@chatlane/middleware';
import type { UserFiles } from './user-files.js';

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

/** What the bot needs of the world; the worker fits it in. */
export interface BotPorts extends Shared {
  /** Signs buttons and one-time codes: 32 characters at least, the same in all workers, not the token. */
  secret: string;
  /**
   * Sends a one-time code, by SMS for instance. Rejects when it cannot; the turn is then tried again, and a code may be
   * sent twice.
   */
  deliverCode: (message: CodeMessage) => Promise<void>;
  /** Ids of the users that /owner answers. */
  ownerIds: readonly number[];
  /** Where the files that users sent are remembered. Default: in Redis. */
  userFiles?: UserFiles;
  /** False: users may write as fast as they like. Default: a message a second, after a burst of twenty. */
  rateLimit?: boolean;
}
