import type { Clock } from '../clock.js';

/** A query that is still waiting for an answer. */
export interface OpenQuery {
  /** The kind of update it came with. */
  kind: string;
  userId: number;
}

/** Button presses, inline queries and the like that the bot may still answer. */
export interface Queries {
  /** Registers the query that an update carries, if its kind carries one. */
  openFrom(kind: string, payload: unknown): void;
  /** The query; undefined when it never existed or has expired. */
  find(id: string): OpenQuery | undefined;
}

const capacity = 100_000;

/** How long Telegram accepts an answer, in milliseconds. */
const answerableMs: ReadonlyMap<string, number> = new Map([
  ['callback_query', 150_000],
  ['inline_query', 30_000],
  ['shipping_query', 150_000],
  ['pre_checkout_query', 10_000],
]);

export function createQueries(clock: Clock): Queries {
  const queries = new Map<string, { query: OpenQuery; expiresAtMs: number }>();
  return {
    openFrom(kind, payload) {
      const life = answerableMs.get(kind);
      const { id, from } = (payload ?? {}) as { id?: unknown; from?: { id?: unknown } };
      if (life === undefined || typeof id !== 'string') return;
      const query = { kind, userId: Number(from?.id) };
      queries.set(id, { query, expiresAtMs: clock.elapsedMs() + life });
      if (queries.size <= capacity) return;
      for (const oldest of queries.keys()) {
        queries.delete(oldest);
        break;
      }
    },
    find(id) {
      const entry = queries.get(id);
      return entry && clock.elapsedMs() < entry.expiresAtMs ? entry.query : undefined;
    },
  };
}
