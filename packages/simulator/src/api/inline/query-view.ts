import type { InlineQuery, InlineResult, ResultsButton } from '../../world/inline-query.js';

/** An inline query as `/play` shows it; `answer` is set once the bot has answered. */
export interface InlineQueryView {
  inline_query_id: string;
  query: string;
  offset: string;
  answer?: {
    results: ResultView[];
    /** Empty when there are no more results. */
    next_offset: string;
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
