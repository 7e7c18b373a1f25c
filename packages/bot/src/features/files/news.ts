import type { FileEvents, FileFailure } from '@chatlane/contracts';
import { fileFailed, fileReady, filesForgotten } from '@chatlane/middleware';
import { Composer } from 'telegraf';
import { z } from 'zod';
import type { BotContext } from '../../context.js';
import { courtesy } from '../../courtesy.js';
import { calledBySender, shown, sizeOf } from './shown.js';
import { underItsMessage } from './under-its-message.js';

/** What is used of a context: Telegraf's narrowed ones are that without any relating of theirs to the bot's. */
type Speaker = Pick<BotContext, 't' | 'language' | 'me' | 'reply' | 'deleteMessage' | 'turn'>;

const loading = z.object({ loading: z.number() });

/** Tells what became of the files a user sent, whatever dialogue they are in by now. */
export const fileNews = new Composer<BotContext>();

fileNews.on(fileReady, (ctx) => tellReady(ctx, ctx.update.file_ready));
fileNews.on(fileFailed, (ctx) => tellFailed(ctx, ctx.update.file_failed));
fileNews.on(filesForgotten, (ctx) =>
  ctx.reply(ctx.t('files.forgotten', { count: ctx.update.files_forgotten.count })),
);

async function tellReady(ctx: Speaker, event: FileEvents['file_ready']): Promise<void> {
  const [file] = event.files;
  const failures = event.failures.map((failure) => failureText(ctx, failure));
  if (file && event.files.length + failures.length === 1) {
    const about = { file: shown(ctx, file), bot: ctx.me, name: file.name };
    // Telegram has no inline results of video messages.
    const text = file.kind === 'video_note' ? 'files.storedUnsearchable' : 'files.stored';
    await answer(ctx, event, ctx.t(text, about));
    return;
  }
  const title = ctx.t('files.storedMany', { count: event.files.length });
  const lines = event.files.map((each) => `• ${shown(ctx, each)}`);
  await answer(ctx, event, [title, ...lines, ...failures].join('\n'));
}

async function tellFailed(ctx: Speaker, event: FileEvents['file_failed']): Promise<void> {
  await answer(ctx, event, event.failures.map((each) => failureText(ctx, each)).join('\n'));
}

function failureText(ctx: Speaker, failure: FileFailure): string {
  const { reason, mostBytes } = failure;
  const why =
    reason === 'too-big' && mostBytes !== undefined
      ? ctx.t('files.why.bigger', { size: sizeOf(ctx, mostBytes) })
      : ctx.t(`files.why.${reason}`);
  return ctx.t('files.failed', { name: calledBySender(ctx, failure), why });
}

/** Under the message with the file, in place of what told how far it is. */
async function answer(
  ctx: Speaker,
  { label, address }: FileEvents['file_ready' | 'file_failed'],
  text: string,
): Promise<void> {
  const asked = loading.safeParse(label);
  if (asked.success) await courtesy(ctx, ctx.deleteMessage(asked.data.loading));
  await ctx.reply(text, {
    link_preview_options: { is_disabled: true },
    ...underItsMessage(address),
  });
}
