import type { Message, ReplyMarkup } from './message.js';

/** A validated result of an inline query. */
export interface InlineResult {
  id: string;
  /** A type of the Bot API, such as `article` or `photo`. */
  type: string;
  title?: string;
  description?: string;
  /** Shown beside the result. */
  thumbnail?: { fileId: string } | { url: string };
  markup?: ReplyMarkup;
  /** The content of its message. A file named by URL is fetched only now. @throws ApiError when that fails */
  content(): Promise<Partial<Message>>;
}

/** The button above the results: it opens the private chat with a `start_parameter`, or a web app. */
export interface ResultsButton {
  /** The label. */
  text: string;
  /** What follows `/start` in the private chat with the bot: up to 64 of `A-Z`, `a-z`, `0-9`, `_` and `-`. */
  start_parameter?: string;
  /** The web app, if the button opens one. */
  web_app?: { url: string };
}

/** The bot's answer to an inline query. */
export interface InlineAnswer {
  results: InlineResult[];
  /** Empty when there are no more results. */
  nextOffset: string;
  button: ResultsButton | undefined;
  isPersonal: boolean;
  cacheSeconds: number;
}

/** What a user asks the bot in a composer. */
export interface InlineQuestion {
  userId: number;
  query: string;
  offset: string;
  /** As in the Bot API: `sender` means the private chat with the bot. */
  chatType: string;
}

/** A question with its id, and its answer once the bot has given one. */
export interface InlineQuery extends InlineQuestion {
  id: string;
  answer?: InlineAnswer;
}
