import { useEffect, useRef, useState } from 'preact/hooks';
import { usePage } from './page-context.js';
import type { InlineResult, ResultsButton } from './wire.js';

/** The query is sent when nothing has been typed for this long. */
const debounceMs = 300;

/** The bot's results for the text in the composer. */
export interface Offered {
  results: { queryId: string; result: InlineResult }[];
  button: ResultsButton | undefined;
  /** Whether the newest query is still unanswered. */
  waiting: boolean;
  /** Requests the next page of results, if there is one. */
  more: () => void;
}

/** Queries the bot while the user types. The previous results stay until the new ones arrive. */
export function useInlineQuery(query: string | undefined): Offered | undefined {
  const { state, acts } = usePage();
  const [ids, setIds] = useState<readonly string[]>([]);
  const asking = useRef(false);
  const generation = useRef(0);

  async function ask(text: string, offset: string, before: readonly string[]): Promise<void> {
    const thisGeneration = generation.current;
    asking.current = true;
    const id = await acts.askInline(text, offset);
    if (thisGeneration !== generation.current) return;
    asking.current = false;
    if (id !== undefined) setIds([...before, id]);
  }

  useEffect(() => {
    generation.current += 1;
    asking.current = false;
    if (query === undefined) {
      setIds([]);
      return undefined;
    }
    const timer = setTimeout(() => void ask(query, '', []), debounceMs);
    return () => clearTimeout(timer);
  }, [query]);

  if (query === undefined) return undefined;
  const pages = ids.map((id) => state.inline.answered.find((one) => one.inline_query_id === id));
  const last = pages.at(-1);
  return {
    results: pages.flatMap((page) =>
      (page?.answer?.results ?? []).map((result) => ({
        queryId: page?.inline_query_id ?? '',
        result,
      })),
    ),
    button: pages[0]?.answer?.button,
    waiting: last?.answer === undefined,
    more() {
      const offset = last?.answer?.next_offset;
      if (offset && !asking.current) void ask(query, offset, ids);
    },
  };
}

/** The inline query in a text that starts with the bot's username and a space; undefined otherwise. */
export function inlineQueryIn(text: string, username: string | undefined): string | undefined {
  if (username === undefined) return undefined;
  const [, name, query] = /^@(\w+)\s([^]*)$/.exec(text) ?? [];
  return name?.toLowerCase() === username.toLowerCase() ? query?.slice(0, 256) : undefined;
}
