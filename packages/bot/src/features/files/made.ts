import type { FileProcessed } from '@chatlane/contracts';
import { fileProcessed, nextActionAfter } from '@chatlane/middleware';
import { Composer } from 'telegraf';
import { z } from 'zod';
import type { BotContext } from '../../context.js';
import type { Parts } from '../../parts.js';
import type { BotPorts } from '../../ports.js';
import { underItsMessage } from './under-its-message.js';

/** What is used of a context: see `news.ts`. */
type Speaker = Pick<BotContext, 't' | 'reply' | 'replyWithPhoto' | 'turn'>;

/** Telegram takes photos of up to 10 MB; thumbnails have some kilobytes. */
const MOST_PHOTO_BYTES = 10 * 2 ** 20;
const MOST_LINES = 8;
const MOST_CHARACTERS = 600;

const picture = z.object({ width: z.number(), height: z.number() });
const document = z.object({ text: z.string(), pages: z.number() });

/** The sender said it was an image or a PDF, and it is not: nothing to tell about. */
const isNone: ReadonlySet<string> = new Set(['no-image', 'no-pdf']);

/** Shows what processors made of a file that was stored: a thumbnail of an image, the first lines of a PDF. */
export function createMade({ ports }: Parts): Composer<BotContext> {
  const made = new Composer<BotContext>();
  made.on(fileProcessed, async (ctx) => {
    const event = ctx.update.file_processed;
    if (event.failure !== undefined) await tellFailure(ctx, event, event.failure);
    else if (event.processor === 'thumbnail') await showThumbnail(ctx, event, ports);
    else if (event.processor === 'text') await showText(ctx, event);
  });
  return made;
}

async function showThumbnail(
  ctx: Speaker,
  { made, result, file, address }: FileProcessed,
  { readFile }: Pick<BotPorts, 'readFile'>,
): Promise<void> {
  const { width, height } = picture.parse(result);
  const caption = ctx.t('files.picture', { name: file.name, width, height });
  const source = made && (await readFile?.(made, MOST_PHOTO_BYTES));
  if (source) {
    try {
      const photo = { source, filename: made.name };
      await ctx.replyWithPhoto(photo, { caption, ...underItsMessage(address) });
      return;
    } catch (error) {
      // Telegram takes no photo that is twenty times as long as wide.
      if (nextActionAfter(error, ctx.turn) !== 'never') throw error;
    }
  }
  await ctx.reply(caption, underItsMessage(address));
}

async function showText(ctx: Speaker, { result, file, address }: FileProcessed): Promise<void> {
  const { text, pages } = document.parse(result);
  const lines = firstLines(text);
  const { name } = file;
  const title = ctx.t(lines === '' ? 'files.noText' : 'files.firstLines', { name, count: pages });
  await ctx.reply(lines === '' ? title : `${title}\n\n${lines}`, {
    link_preview_options: { is_disabled: true },
    ...underItsMessage(address),
  });
}

async function tellFailure(
  ctx: Speaker,
  { address }: FileProcessed,
  failure: string,
): Promise<void> {
  if (isNone.has(failure)) return;
  const text = ctx.t(failure === 'locked' ? 'files.locked' : 'files.notRead');
  await ctx.reply(text, underItsMessage(address));
}

function firstLines(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const first = [...lines.filter(Boolean).slice(0, MOST_LINES).join('\n')];
  const shown = first.slice(0, MOST_CHARACTERS).join('');
  return first.length > MOST_CHARACTERS ? `${shown}…` : shown;
}
