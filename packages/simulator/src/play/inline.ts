import { Router } from 'express';
import { z } from 'zod';
import { createArguments } from '../api/arguments.js';
import { inlineQueryView } from '../api/inline/query-view.js';
import { givenFile } from '../api/media.js';
import type { Simulator } from '../simulator.js';
import type { InlineQuery, InlineResult } from '../world/inline-query.js';
import { field, readFields } from './fields.js';
import { PlayError } from './play-error.js';
import type { People } from './people.js';

const place = { chat_id: field.id, from_id: field.userId };
const newQuery = z.object({
  ...place,
  query: z.string('must be text').max(256, 'must be 256 characters or fewer').default(''),
  offset: z.string('must be a next_offset of the bot').max(64).default(''),
});
const newChoice = z.object({
  ...place,
  inline_query_id: field.words,
  result_id: field.words,
  reply_to_message_id: field.id.optional(),
});
const feedback = z.object({ enabled: z.boolean('must be true or false') });

/** Inline mode, `@bot text` in a composer: queries, results, and the chosen result. */
export function inlineRoutes(simulator: Simulator, people: People): Router {
  const { world } = simulator;
  const router = Router();

  function queryOf(id: string): InlineQuery {
    const query = world.inline.get(id);
    if (query) return query;
    throw new PlayError(404, `inline_query_id: inline query ${id} does not exist`);
  }

  function resultOf(query: InlineQuery, id: string): InlineResult {
    const result = query.answer?.results.find((one) => one.id === id);
    if (result) return result;
    const why = query.answer ? `the bot offers no result ${id}` : 'the bot has not answered yet';
    throw new PlayError(404, `result_id: ${why}`);
  }

  router.post('/inline-queries', (request, response) => {
    const { chat_id, from_id, ...typed } = readFields(newQuery, request.body);
    response.json(inlineQueryView(people.askInline(chat_id, from_id, typed)));
  });

  router.get('/inline-queries/:id', (request, response) => {
    response.json(inlineQueryView(queryOf(request.params.id)));
  });

  /** As at Telegram, thumbnails are proxied: the apps never contact the server that hosts a bot's pictures. */
  router.get('/inline-queries/:id/thumbnails/:result_id', async (request, response) => {
    const { id, result_id } = request.params;
    const { thumbnail } = resultOf(queryOf(id), result_id);
    if (!thumbnail || !('url' in thumbnail)) throw new PlayError(404, 'result_id: no thumbnail');
    const args = createArguments({ fields: {}, files: new Map() });
    const given = { value: thumbnail.url, upload: undefined, kind: 'photo' as const };
    const { content, mimeType } = await givenFile(simulator, args, given);
    response.set({
      'Content-Type': mimeType,
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(Buffer.concat([...content.pieces()]));
  });

  router.post('/inline-choices', async (request, response) => {
    const { chat_id, from_id, ...choice } = readFields(newChoice, request.body);
    const query = queryOf(choice.inline_query_id);
    if (query.userId !== from_id && query.answer?.isPersonal) {
      throw new PlayError(400, `inline_query_id: ${query.id} was answered for another user`);
    }
    const result = resultOf(query, choice.result_id);
    const replyTo = choice.reply_to_message_id;
    const message = await people.chooseInline(chat_id, from_id, { query, result, replyTo });
    const inline_message_id = world.inline.nameOf(message);
    response.json({ message, ...(inline_message_id !== undefined && { inline_message_id }) });
  });

  router.get('/inline-feedback', (_request, response) => {
    response.json({ enabled: world.inline.feedback });
  });

  router.post('/inline-feedback', (request, response) => {
    const { enabled } = readFields(feedback, request.body);
    world.inline.feedback = enabled;
    response.json({ enabled });
  });

  return router;
}
