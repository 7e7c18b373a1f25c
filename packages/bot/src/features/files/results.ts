import type { FileEvents, FileFailure } from '@chatlane/contracts';
import { fileFailed, fileReady, filesForgotten } from '@chatlane/middleware';
import { Composer } from 'telegraf';
import { z } from 'zod';
import type { BotContext } from '../../context.js';
import { bestEffort } from '../../best-effort.js';
import { displayName, fileLine, formatSize } from './format.js';
import { replyToFile } from './reply-to-file.js';

/** The used part of a context, to which Telegraf's narrowed contexts are assignable. */
type Speaker = Pick<BotContext, 't' | 'language' | 'me' | 'reply' | 'deleteMessage' | 'turn'>;

const loading = z.object({ loading: z.number() });

/** Reports the results of file requests, whatever dialogue the user is in. */
export const fileResults = new Composer<BotContext>();

fileResults.on(fileReady, (ctx) => reportReady(ctx, ctx.update.file_ready));
fileResults.on(fileFailed, (ctx) => reportFailed(ctx, ctx.update.file_failed));
fileResults.on(filesForgotten, (ctx) =>
  ctx.reply(ctx.t('files.forgotten', { count: ctx.update.files_forgotten.count })),
);

async function reportReady(ctx: Speaker, event: FileEvents['file_ready']): Promise<void> {
  const [file] = event.files;
  const failures = event.failures.map((failure) => failureText(ctx, failure));
  if (file && event.files.length + failures.length === 1) {
    const about = { file: fileLine(ctx, file), bot: ctx.me, name: file.name };
    // Inline search cannot show video messages.
    const text = file.kind === 'video_note' ? 'files.storedUnsearchable' : 'files.stored';
    await answer(ctx, event, ctx.t(text, about));
    return;
  }
  const title = ctx.t('files.storedMany', { count: event.files.length });
  const lines = event.files.map((each) => `• ${fileLine(ctx, each)}`);
  await answer(ctx, event, [title, ...lines, ...failures].join('\n'));
}

async function reportFailed(ctx: Speaker, event: FileEvents['file_failed']): Promise<void> {
  await answer(ctx, event, event.failures.map((each) => failureText(ctx, each)).join('\n'));
}

function failureText(ctx: Speaker, failure: FileFailure): string {
  const { reason, mostBytes } = failure;
  const why =
    reason === 'too-big' && mostBytes !== undefined
      ? ctx.t('files.why.bigger', { size: formatSize(ctx, mostBytes) })
      : ctx.t(`files.why.${reason}`);
  return ctx.t('files.failed', { name: displayName(ctx, failure), why });
}

/** Replies to the message with the file, and deletes the progress message. */
async function answer(
  ctx: Speaker,
  { label, address }: FileEvents['file_ready' | 'file_failed'],
  text: string,
): Promise<void> {
  const parsed = loading.safeParse(label);
  if (parsed.success) await bestEffort(ctx, ctx.deleteMessage(parsed.data.loading));
  await ctx.reply(text, {
    link_preview_options: { is_disabled: true },
    ...replyToFile(address),
  });
}
