import { mediaIn, type MediaFile } from '@chatlane/contracts';
import type { BotContext, Next } from '../../context.js';
import { displayName } from './format.js';

/** From this size the user sees the progress of the download. */
const LARGE_BYTES = 5 * 2 ** 20;

/** Requests the download of files that are sent in private. The result is an event, see `results.ts`. */
export async function saveFile(ctx: BotContext, next: Next): Promise<void> {
  const { message, chat } = ctx;
  const media = message && mediaIn(message);
  if (message === undefined || media === undefined || chat?.type !== 'private') return next();
  // A result of the inline search is stored already.
  if ('via_bot' in message && message.via_bot?.id === ctx.botInfo.id) return;
  // Each message of an album is handled on its own and would show its own progress and preview.
  if ('media_group_id' in message) return void ctx.files.request();
  const processors = processorsFor(media);
  if ((media.size ?? 0) < LARGE_BYTES) return void ctx.files.request({ processors });
  const text = ctx.t('files.loading', { name: displayName(ctx, media) });
  const { message_id: messageId } = await ctx.reply(text.replace('{percent}', '0'));
  ctx.files.request({ processors, label: { loading: messageId }, progress: { messageId, text } });
}

/** The previews to make, by the stated type. The processor checks the content. See `previews.ts`. */
function processorsFor({ kind, type = '' }: MediaFile): string[] {
  if (kind === 'photo') return ['thumbnail'];
  if (kind !== 'document') return [];
  if (type === 'application/pdf') return ['text'];
  return type.startsWith('image/') ? ['thumbnail'] : [];
}
