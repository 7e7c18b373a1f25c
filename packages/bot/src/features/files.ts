import { Composer } from 'telegraf';
import type { InlineQueryResult, Message } from 'telegraf/types';
import { anyOf, message } from 'telegraf/filters';
import type { BotContext } from '../context.js';
import type { Parts } from '../parts.js';
import type { UserFile } from '../user-files.js';

/** Telegram takes at most 50 results. */
const MOST_RESULTS = 50;

/** `@bot words` in any chat: the user's own files. Inline queries pass by the lanes: there is no session here. */
export function createInlineSearch({ userFiles }: Parts): Composer<BotContext> {
  const inline = new Composer<BotContext>();
  inline.on('inline_query', async (ctx) => {
    const { query } = ctx.inlineQuery;
    const files = await userFiles.search(ctx.from.id, query, MOST_RESULTS);
    const count = files.length;
    const text = count === 0 ? ctx.t('files.none') : ctx.t('files.found', { count });
    await ctx.answerInlineQuery(files.map(asResult), {
      // Results are the user's own, and the next file is to be found at once.
      is_personal: true,
      cache_time: 0,
      button: { text, start_parameter: 'files' },
    });
  });
  return inline;
}

const file = anyOf(
  message('document'),
  message('photo'),
  message('video'),
  message('animation'),
  message('audio'),
  message('voice'),
);

/** Remembers the files that are sent to the bot in private. */
export function createFileKeeper({ userFiles }: Parts): Composer<BotContext> {
  const keeper = new Composer<BotContext>();
  keeper.on(file, async (ctx) => {
    if (ctx.chat.type !== 'private') return;
    const sent = fileIn(ctx.message);
    if (sent === undefined) return;
    const date = new Date(ctx.message.date * 1000).toISOString().slice(0, 10);
    const named = {
      ...sent,
      name: (sent.name ?? `${ctx.t(`files.${sent.kind}`)} ${date}`).slice(0, 200),
    };
    await userFiles.remember(ctx.from.id, named, ctx.message.date);
    await ctx.reply(ctx.t('files.kept', { bot: ctx.me, name: named.name }));
  });
  return keeper;
}

type Sent = Omit<UserFile, 'name'> & { name: string | undefined };

function fileIn(said: Message): Sent | undefined {
  const caption = 'caption' in said ? said.caption : undefined;
  if ('photo' in said) {
    const largest = said.photo.at(-1);
    return largest && sentFile('photo', largest, caption);
  }
  // An animation is also shown as a document.
  if ('animation' in said)
    return sentFile('animation', said.animation, said.animation.file_name ?? caption);
  if ('document' in said)
    return sentFile('document', said.document, said.document.file_name ?? caption);
  if ('video' in said) return sentFile('video', said.video, said.video.file_name ?? caption);
  if ('audio' in said)
    return sentFile('audio', said.audio, said.audio.title ?? said.audio.file_name ?? caption);
  if ('voice' in said) return sentFile('voice', said.voice, caption);
  return undefined;
}

function sentFile(
  kind: UserFile['kind'],
  ids: { file_id: string; file_unique_id: string },
  name: string | undefined,
): Sent {
  return { kind, id: ids.file_unique_id, fileId: ids.file_id, name };
}

function asResult({ kind, id, fileId, name: title }: UserFile): InlineQueryResult {
  switch (kind) {
    case 'document':
      return { type: 'document', id, title, document_file_id: fileId };
    case 'photo':
      return { type: 'photo', id, title, photo_file_id: fileId };
    case 'video':
      return { type: 'video', id, title, video_file_id: fileId };
    case 'animation':
      return { type: 'mpeg4_gif', id, title, mpeg4_file_id: fileId };
    case 'audio':
      return { type: 'audio', id, audio_file_id: fileId };
    case 'voice':
      return { type: 'voice', id, title, voice_file_id: fileId };
  }
}
