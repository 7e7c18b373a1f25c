import type { StoredFile } from '@chatlane/contracts';
import { privateOnly } from '@chatlane/middleware';
import { Composer, Markup } from 'telegraf';
import type { InlineKeyboardButton } from 'telegraf/types';
import { z } from 'zod';
import type { BotContext } from '../../context.js';
import { bestEffort } from '../../best-effort.js';
import type { Parts } from '../../parts.js';
import { sendStored } from './send.js';
import { fileLine } from './format.js';

const PAGE_SIZE = 6;
/** Longer ids do not fit into a button's 64 bytes. Telegram's have about 20 characters. */
const MAX_ID_LENGTH = 40;
const MAX_WORDS_LENGTH = 100;

/** The payload of `t.me/<bot>?start=files`, which shows the list. */
export const FILES_LINK = 'files';

/** /files and /get: lists the user's files in pages, filtered by words. A button sends a file again. */
export function createFileList({ ports, buttons }: Parts): Composer<BotContext> {
  const list = new Composer<BotContext>();
  const openPage = buttons.action('files', z.object({ from: z.number(), search: z.boolean() }));
  const get = buttons.action('get', z.string().max(MAX_ID_LENGTH));

  async function page(ctx: BotContext, words: string, from: number) {
    const userId = ctx.from?.id ?? 0;
    const choice = { words, offset: from, limit: PAGE_SIZE };
    const { files, total } = await ports.fileIndex.list(userId, choice);
    return { files, total, from, words };
  }

  function textOf(ctx: BotContext, { files, total, from, words }: Page): string {
    if (total === 0) return words ? ctx.t('files.noneFound', { words }) : ctx.t('files.noneYet');
    const lines = files.map((file, index) => `${from + index + 1}. ${fileLine(ctx, file)}`);
    return [titleOf(ctx, { files, total, from, words }), ...lines].join('\n');
  }

  function titleOf(ctx: BotContext, { files, total, from, words }: Page): string {
    if (total <= PAGE_SIZE) {
      return words
        ? ctx.t('files.found', { count: total, words })
        : ctx.t('files.all', { count: total });
    }
    const last = from + files.length;
    const range = files.length === 1 ? last : `${from + 1}–${last}`;
    return words
      ? ctx.t('files.foundPage', { range, total, words })
      : ctx.t('files.page', { range, total });
  }

  function buttonsOf({ files, total, from, words }: Page) {
    const fitting = files.flatMap(({ id }, index) =>
      id.length > MAX_ID_LENGTH ? [] : get.button(String(from + index + 1), id),
    );
    const pages: InlineKeyboardButton[] = [];
    const search = words !== '';
    if (from > 0) pages.push(openPage.button('‹', { from: Math.max(0, from - PAGE_SIZE), search }));
    if (from + PAGE_SIZE < total)
      pages.push(openPage.button('›', { from: from + PAGE_SIZE, search }));
    const rows = [fitting, pages].filter((row) => row.length > 0);
    return rows.length > 0 ? Markup.inlineKeyboard(rows) : {};
  }

  async function show(ctx: BotContext, words: string): Promise<void> {
    const first = await page(ctx, words, 0);
    const sent = await ctx.reply(textOf(ctx, first), buttonsOf(first));
    // The words do not fit into a button, so the session stores those of the latest search.
    if (words !== '') ctx.session.fileSearch = { messageId: sent.message_id, words };
  }

  const inPrivate = privateOnly<BotContext>((ctx) => ctx.t('guard.privateOnly', { bot: ctx.me }));

  list.command('files', inPrivate, (ctx) => show(ctx, wordsOf(ctx)));

  // The button above the results of an inline search.
  list.start((ctx, next) => (ctx.payload === FILES_LINK ? show(ctx, '') : next()));

  list.command('get', inPrivate, async (ctx) => {
    const found = await page(ctx, wordsOf(ctx), 0);
    const [file] = found.files;
    if (file && found.total === 1) await sendStored(ctx, file, ports);
    else await show(ctx, found.words);
  });

  list.use(
    openPage.on(async (ctx, { from, search }) => {
      const { fileSearch } = ctx.session;
      if (search && fileSearch?.messageId !== ctx.msgId) {
        return bestEffort(ctx, ctx.answerCbQuery(ctx.t('files.oldList')));
      }
      await bestEffort(ctx, ctx.answerCbQuery());
      const wanted = await page(ctx, (search && fileSearch?.words) || '', from);
      // All files of the page may have been deleted meanwhile.
      const current = wanted.files.length > 0 ? wanted : await page(ctx, wanted.words, 0);
      await bestEffort(ctx, ctx.editMessageText(textOf(ctx, current), buttonsOf(current)));
    }),
    get.on(async (ctx, id) => {
      const file = await ports.fileIndex.get(ctx.from?.id ?? 0, id);
      const notice = file ? undefined : ctx.t('files.deleted');
      await bestEffort(ctx, ctx.answerCbQuery(notice));
      if (file) await sendStored(ctx, file, ports);
    }),
  );
  return list;
}

interface Page {
  files: StoredFile[];
  total: number;
  from: number;
  words: string;
}

/** The text after the command. */
function wordsOf({ text = '' }: Pick<BotContext, 'text'>): string {
  return text.replace(/^\S+/, '').trim().replace(/\s+/g, ' ').slice(0, MAX_WORDS_LENGTH);
}
