import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { InlineAnswer, InlineQuery, InlineQuestion } from './inline-query.js';
import type { Message } from './message.js';

/** Inline queries, their answers, and the messages sent from their results. */
export interface Inline {
  /** Whether the bot receives `chosen_inline_result`, as set with BotFather's /setinlinefeedback. */
  feedback: boolean;
  /** A query with a cached answer to the same question, if there is one. */
  cached(question: InlineQuestion): InlineQuery | undefined;
  ask(id: string, question: InlineQuestion): InlineQuery;
  get(id: string): InlineQuery | undefined;
  answer(query: InlineQuery, answer: InlineAnswer): void;
  /** Assigns the inline_message_id by which the bot may edit a message. */
  name(message: Message): string;
  nameOf(message: Message): string | undefined;
  placeOf(inlineMessageId: string): { chatId: number; messageId: number } | undefined;
}

const capacity = { queries: 2_000, messages: 20_000 };

export function createInline(clock: Clock): Inline {
  const queries = new Map<string, InlineQuery>();
  const cache = new Map<string, { query: InlineQuery; untilMs: number }>();
  const places = new Map<string, { chatId: number; messageId: number }>();
  const names = new Map<string, string>();

  /** Telegram documents only "the query" as the cache key, but answers may depend on the chat type too. */
  function cacheKey({ query, offset, chatType }: InlineQuestion, userId: number | 'all'): string {
    return JSON.stringify([userId, chatType, query, offset]);
  }

  function placeKey(message: Message): string {
    return `${message.chat.id}:${message.message_id}`;
  }

  return {
    feedback: true,
    cached(question) {
      const entries = [question.userId, 'all' as const].map((who) =>
        cache.get(cacheKey(question, who)),
      );
      return entries.find((entry) => entry && clock.elapsedMs() < entry.untilMs)?.query;
    },
    ask(id, question) {
      const query = { id, ...question };
      put(queries, id, query, capacity.queries);
      return query;
    },
    get: (id) => queries.get(id),
    answer(query, answer) {
      query.answer = answer;
      const key = cacheKey(query, answer.isPersonal ? query.userId : 'all');
      const untilMs = clock.elapsedMs() + answer.cacheSeconds * 1000;
      put(cache, key, { query, untilMs }, capacity.queries);
    },
    name(message) {
      const id = randomBytes(20).toString('base64url');
      const place = { chatId: message.chat.id, messageId: message.message_id };
      put(places, id, place, capacity.messages);
      put(names, placeKey(message), id, capacity.messages);
      return id;
    },
    nameOf: (message) => names.get(placeKey(message)),
    placeOf: (id) => places.get(id),
  };
}

/** Evicts the oldest entry beyond `most`. */
function put<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= most) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}
