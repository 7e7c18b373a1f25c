import type { FmtString } from 'telegraf/format';
import type { AnswerExtra } from './answer-text.js';

/** How an answer is shown while it is being written. */
export interface StreamOptions {
  /** The text that is shown until something is written. Default `…`. */
  placeholder?: string;
  /**
   * `auto`: in private chats a draft, which becomes a message when the answer is complete; elsewhere, and where
   * Telegram refuses drafts, a message that is edited. `false`: always a message that is edited. Default `auto`.
   */
  draft?: 'auto' | false;
  /** Milliseconds between two updates of the shown text. Default 1,500; 3,000 in groups and channels. */
  everyMs?: number;
}

/** An answer that is shown while it is being written. Write as often as you like: updates keep to Telegram's limits. */
export interface AnswerStream {
  /** The whole text so far. */
  readonly text: string;
  /** Appends to the answer. Returns at once. Does nothing after `end`, or once the turn is over. */
  write(text: string): void;
  /** Replaces the answer. Returns at once. `extra` is merged into that of the stream. */
  set(text: string | FmtString, extra?: AnswerExtra): void;
  /**
   * Appends everything that the source yields. Rejects with the error of the source, when the turn is over, and when
   * the chat accepts no messages. In the last two cases the source is closed.
   */
  pipe(source: AsyncIterable<string> | Iterable<string>): Promise<void>;
  /**
   * Delivers the final text: `text`, or what was written. Resolves when it is delivered, or when it is staged for the
   * turn's commit because Telegram currently accepts no calls for the chat. If the text is blank the message is
   * deleted.
   */
  end(text?: string | FmtString, extra?: AnswerExtra): Promise<void>;
}

/** A stream as the middleware holds it. */
export interface OwnedAnswerStream extends AnswerStream {
  /** Ends the stream without a final text, because the turn has failed. */
  abandon(): Promise<void>;
}
