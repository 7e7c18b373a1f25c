import type { FileProcessed } from '@chatlane/contracts';
import { fileProcessed, nextActionAfter } from '@chatlane/middleware';
import { Composer } from 'telegraf';
import { z } from 'zod';
import type { BotContext } from '../../context.js';
import type { Parts } from '../../parts.js';
import type { BotPorts } from '../../ports.js';
import { replyToFile } from './reply-to-file.js';

/** The used part of a context, see `results.ts`. */
type Speaker = Pick<BotContext, 't' | 'reply' | 'replyWithPhoto' | 'turn'>;

/** Telegram accepts photos of up to 10 MB. Thumbnails have a few kilobytes. */
const MAX_PHOTO_BYTES = 10 * 2 ** 20;
const MAX_LINES = 8;
const MAX_CHARACTERS = 600;

const picture = z.object({ width: z.number(), height: z.number() });
const document = z.object({ text: z.string(), pages: z.number() });

/** The file is not the image or PDF that its sender stated. The user gets no notice. */
const ignoredFailures: ReadonlySet<string> = new Set(['no-image', 'no-pdf']);

/** Shows the results of processors on a stored file: a thumbnail of an image, the first lines of a PDF. */
export function createPreviews({ ports }: Parts): Composer<BotContext> {
  const previews = new Composer<BotContext>();
  previews.on(fileProcessed, async (ctx) => {
    const event = ctx.update.file_processed;
    if (event.failure !== undefined) await reportFailure(ctx, event, event.failure);
    else if (event.processor === 'thumbnail') await showThumbnail(ctx, event, ports);
    else if (event.processor === 'text') await showText(ctx, event);
  });
  return previews;
}

async function showThumbnail(
  ctx: Speaker,
  { made, result, file, address }: FileProcessed,
  { readFile }: Pick<BotPorts, 'readFile'>,
): Promise<void> {
  const { width, height } = picture.parse(result);
  const caption = ctx.t('files.picture', { name: file.name, width, height });
  const source = made && (await readFile?.(made, MAX_PHOTO_BYTES));
  if (source) {
    try {
      const photo = { source, filename: made.name };
      await ctx.replyWithPhoto(photo, { caption, ...replyToFile(address) });
      return;
    } catch (error) {
      // Telegram refuses photos that are more than 20 times as long as wide.
      if (nextActionAfter(error, ctx.turn) !== 'never') throw error;
    }
  }
  await ctx.reply(caption, replyToFile(address));
}

async function showText(ctx: Speaker, { result, file, address }: FileProcessed): Promise<void> {
  const { text, pages } = document.parse(result);
  const lines = firstLines(text);
  const { name } = file;
  const title = ctx.t(lines === '' ? 'files.noText' : 'files.firstLines', { name, count: pages });
  await ctx.reply(lines === '' ? title : `${title}\n\n${lines}`, {
    link_preview_options: { is_disabled: true },
    ...replyToFile(address),
  });
}

async function reportFailure(
  ctx: Speaker,
  { address }: FileProcessed,
  failure: string,
): Promise<void> {
  if (ignoredFailures.has(failure)) return;
  const text = ctx.t(failure === 'locked' ? 'files.locked' : 'files.notRead');
  await ctx.reply(text, replyToFile(address));
}

function firstLines(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const first = [...lines.filter(Boolean).slice(0, MAX_LINES).join('\n')];
  const shown = first.slice(0, MAX_CHARACTERS).join('');
  return first.length > MAX_CHARACTERS ? `${shown}…` : shown;
}
