import type { FmtString } from 'telegraf/format';
import type { AnswerExtra } from './answer-text.js';

/** How an answer is shown while it grows. */
export interface StreamOptions {
  /** The text of the message until there is a first state. Default `…`. */
  placeholder?: string;
  /**
   * `auto`: a draft in private chats, which becomes a message when the answer is complete, and an edited message elsewhere or
   * where Telegram refuses drafts. `false`: always an edited message. Default `auto`.
   */
  draft?: 'auto' | false;
  /** Milliseconds between two states that are shown. Default 1,500; 3,000 in groups and channels. */
  everyMs?: number;
}

/** An answer that grows. What is written may change as often as one likes; Telegram is told within its limits. */
export interface AnswerStream {
  /** All that was written so far. */
  readonly text: string;
  /** Appends to the answer. Returns at once. After the end, and after the turn, it does nothing. */
  write(text: string): void;
  /** Replaces the answer. Returns at once. `extra` is added to that of the stream. */
  set(text: string | FmtString, extra?: AnswerExtra): void;
  /**
   * Writes all that a source has to say. Rejects as the source does, when the turn is over, and when the chat takes no
   * messages; the source is closed then.
   */
  pipe(source: AsyncIterable<string> | Iterable<string>): Promise<void>;
  /**
   * Delivers the final text: `text`, or what was written. Resolves when it is delivered, or is stored with the turn's
   * commit because Telegram takes no calls for the chat just now. Blank: the message is removed.
   */
  end(text?: string | FmtString, extra?: AnswerExtra): Promise<void>;
}

export interface OwnedAnswerStream extends AnswerStream {
  /** Ends it without a final text: the turn has failed. */
  abandon(): Promise<void>;
}
