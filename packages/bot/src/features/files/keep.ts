import { mediaIn, type MediaFile } from '@chatlane/contracts';
import type { BotContext, Next } from '../../context.js';
import { calledBySender } from './shown.js';

/** From this many bytes on a user is told how far the file is. */
const LARGE = 5 * 2 ** 20;

/** Asks for the files that are sent to the bot in private; the answer comes as an event, see `news.ts`. */
export async function keepFile(ctx: BotContext, next: Next): Promise<void> {
  const { message, chat } = ctx;
  const media = message && mediaIn(message);
  if (message === undefined || media === undefined || chat?.type !== 'private') return next();
  // The messages of an album come on their own: each would tell of its own.
  if ('media_group_id' in message) return void ctx.files.request();
  const processors = processorsFor(media);
  if ((media.size ?? 0) < LARGE) return void ctx.files.request({ processors });
  const text = ctx.t('files.loading', { name: calledBySender(ctx, media) });
  const { message_id: messageId } = await ctx.reply(text.replace('{percent}', '0'));
  ctx.files.request({ processors, label: { loading: messageId }, progress: { messageId, text } });
}

/** What is to be made of a file, by what it is said to be; the processor sees whether it is. See `made.ts`. */
function processorsFor({ kind, type = '' }: MediaFile): string[] {
  if (kind === 'photo') return ['thumbnail'];
  if (kind !== 'document') return [];
  if (type === 'application/pdf') return ['text'];
  return type.startsWith('image/') ? ['thumbnail'] : [];
}
