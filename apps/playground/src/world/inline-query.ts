import type { Message, ReplyMarkup } from './message.js';

/** A checked result of an inline query. */
export interface InlineResult {
  id: string;
  /** A type of the Bot API, such as `article` or `photo`. */
  type: string;
  title?: string;
  description?: string;
  /** What is shown beside it. */
  thumbnail?: { fileId: string } | { url: string };
  markup?: ReplyMarkup;
  /** What its message says. A file behind a URL is fetched only then. @throws ApiError when that fails */
  content(): Promise<Partial<Message>>;
}

/** The button above the results: it opens the private chat with a `start_parameter`, or a web app. */
export interface ResultsButton {
  text: string;
  start_parameter?: string;
  web_app?: { url: string };
}

export interface InlineAnswer {
  results: InlineResult[];
  /** Empty: there are no more results. */
  nextOffset: string;
  button: ResultsButton | undefined;
  isPersonal: boolean;
  cacheSeconds: number;
}

export interface InlineQuestion {
  userId: number;
  query: string;
  offset: string;
  /** As the Bot API has it: `sender` is the private chat with the bot. */
  chatType: string;
}

export interface InlineQuery extends InlineQuestion {
  id: string;
  answer?: InlineAnswer;
}
