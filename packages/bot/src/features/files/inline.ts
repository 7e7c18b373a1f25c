import type { StoredFile } from '@chatlane/contracts';
import { Composer } from 'telegraf';
import type { InlineQueryResult } from 'telegraf/types';
import type { BotContext } from '../../context.js';
import type { Parts } from '../../parts.js';
import { FILES_LINK } from './list.js';

/** Telegram accepts at most 50 results, and asks for more with an offset that the bot chooses. */
const PAGE_SIZE = 50;

/** `@bot words` in any chat: finds the user's own files. Inline queries bypass the lanes, so they have no session. */
export function createInlineSearch({ ports }: Parts): Composer<BotContext> {
  const inline = new Composer<BotContext>();
  inline.on('inline_query', async (ctx) => {
    const { query, offset } = ctx.inlineQuery;
    const from = /^\d{1,6}$/.test(offset) ? Number(offset) : 0;
    const choice = { words: query, offset: from, limit: PAGE_SIZE };
    const { files, total } = await ports.fileIndex.list(ctx.from.id, choice);
    const text =
      total === 0 ? ctx.t('files.inlineNone') : ctx.t('files.inlineFound', { count: total });
    await ctx.answerInlineQuery(files.flatMap(asResult), {
      // Results are specific to the user, and a new file must be found at once.
      is_personal: true,
      cache_time: 0,
      next_offset: from + PAGE_SIZE < total ? String(from + PAGE_SIZE) : '',
      button: { text, start_parameter: FILES_LINK },
    });
  });
  return inline;
}

function asResult({ kind, id, fileId, name: title }: StoredFile): InlineQueryResult[] {
  switch (kind) {
    case 'document':
      return [{ type: 'document', id, title, document_file_id: fileId }];
    case 'photo':
      return [{ type: 'photo', id, title, photo_file_id: fileId }];
    case 'video':
      return [{ type: 'video', id, title, video_file_id: fileId }];
    case 'animation':
      return [{ type: 'mpeg4_gif', id, title, mpeg4_file_id: fileId }];
    case 'audio':
      return [{ type: 'audio', id, audio_file_id: fileId }];
    case 'voice':
      return [{ type: 'voice', id, title, voice_file_id: fileId }];
    case 'sticker':
      return [{ type: 'sticker', id, sticker_file_id: fileId }];
    case 'video_note':
      // Telegram has no result type for it.
      return [];
  }
}
