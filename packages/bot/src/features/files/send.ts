import type { StoredFile } from '@chatlane/contracts';
import { nextActionAfter } from '@chatlane/middleware';
import type { BotContext } from '../../context.js';
import type { BotPorts } from '../../ports.js';

/** Sends a file again by its id, without an upload, and a download link if links are enabled. */
export async function sendStored(
  ctx: BotContext,
  file: StoredFile,
  { fileLink }: Pick<BotPorts, 'fileLink'>,
): Promise<void> {
  try {
    await sendById(ctx, file);
  } catch (error) {
    if (nextActionAfter(error, ctx.turn) !== 'never') throw error;
    await ctx.reply(ctx.t('files.gone', { name: file.name }));
  }
  const link = fileLink?.(file);
  if (link === undefined) return;
  await ctx.reply(ctx.t('files.link', { link: link.url, count: Math.round(link.seconds / 60) }), {
    // Telegram's preview would download the file.
    link_preview_options: { is_disabled: true },
  });
}

function sendById(ctx: BotContext, { kind, fileId }: StoredFile): Promise<unknown> {
  switch (kind) {
    case 'document':
      return ctx.replyWithDocument(fileId);
    case 'photo':
      return ctx.replyWithPhoto(fileId);
    case 'video':
      return ctx.replyWithVideo(fileId);
    case 'animation':
      return ctx.replyWithAnimation(fileId);
    case 'audio':
      return ctx.replyWithAudio(fileId);
    case 'voice':
      return ctx.replyWithVoice(fileId);
    case 'video_note':
      return ctx.replyWithVideoNote(fileId);
    case 'sticker':
      return ctx.replyWithSticker(fileId);
  }
}
