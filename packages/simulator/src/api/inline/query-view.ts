import type { InlineQuery, InlineResult, ResultsButton } from '../../world/inline-query.js';

/** An inline query as `/play` shows it. */
export interface InlineQueryView {
  /** The id by which the bot answers, and by which `/play` names the query. */
  inline_query_id: string;
  /** The text after the bot's name. */
  query: string;
  /** The `next_offset` of the previous answer; empty for the first results. */
  offset: string;
  /** The bot's answer; absent until it has answered. */
  answer?: {
    /** The results, in the bot's order. */
    results: ResultView[];
    /** Empty when there are no more results. */
    next_offset: string;
    /** The button above the results, if the bot gave one. */
    button?: ResultsButton;
  };
}

interface ResultView {
  id: string;
  type: string;
  title?: string;
  description?: string;
  /** A path under /play. */
  thumbnail?: string;
}

/** Converts an inline query to what `/play` returns. */
export function inlineQueryView({ id, query, offset, answer }: InlineQuery): InlineQueryView {
  const shown = answer && {
    results: answer.results.map((result) => resultView(id, result)),
    next_offset: answer.nextOffset,
    ...(answer.button && { button: answer.button }),
  };
  return { inline_query_id: id, query, offset, ...(shown && { answer: shown }) };
}

function resultView(queryId: string, result: InlineResult): ResultView {
  const { id, type, title, description, thumbnail } = result;
  const path =
    thumbnail &&
    ('fileId' in thumbnail
      ? `files/${thumbnail.fileId}`
      : `inline-queries/${queryId}/thumbnails/${encodeURIComponent(id)}`);
  return {
    id,
    type,
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(path && { thumbnail: path }),
  };
}
