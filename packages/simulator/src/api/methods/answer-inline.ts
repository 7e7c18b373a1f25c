import { badRequest } from '../api-error.js';
import { resultsButton } from '../inline/results-button.js';
import { inlineResults } from '../inline/results.js';
import type { MethodFamily } from '../method.js';
import { inlineQueryView } from '../inline/query-view.js';
import { openQuery } from './answer.js';

const longestOffsetBytes = 64;
const longestCacheSeconds = 24 * 60 * 60;

/** answerInlineQuery. */
export const inlineMethods: MethodFamily = (simulator) => ({
  async answerInlineQuery({ args }) {
    const { world, feed } = simulator;
    const id = args.text('inline_query_id');
    const button = await resultsButton(args);
    const results = await inlineResults(simulator, args);
    const nextOffset = args.text('next_offset');
    openQuery(simulator, id, 'inline_query');
    if (Buffer.byteLength(nextOffset) > longestOffsetBytes) throw badRequest('NEXT_OFFSET_INVALID');
    const query = world.inline.get(id);
    // The query came in as a raw update, so no user of this world waits for it.
    if (!query) return true;
    world.inline.answer(query, {
      results,
      nextOffset,
      button,
      isPersonal: args.flag('is_personal'),
      cacheSeconds: args.integer('cache_time', 300, 0, longestCacheSeconds),
    });
    feed.publish('inline_answer', () => ({ user_id: query.userId, ...inlineQueryView(query) }));
    return true;
  },
});
