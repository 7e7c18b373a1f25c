import type { StoredFile } from '@chatlane/contracts';
import { privateOnly } from '@chatlane/middleware';
import { Composer, Markup } from 'telegraf';
import type { InlineKeyboardButton } from 'telegraf/types';
import { z } from 'zod';
import type { BotContext } from '../../context.js';
import { courtesy } from '../../courtesy.js';
import type { Parts } from '../../parts.js';
import { sendStored } from './send.js';
import { shown } from './shown.js';

const PAGE = 6;
/** Longer ones do not fit into a button's 64 bytes; Telegram's have about twenty characters. */
const LONGEST_ID = 40;
const LONGEST_WORDS = 100;

/** `t.me/<bot>?start=files` shows the list. */
export const FILES_LINK = 'files';

/** /files and /get: the user's files, by pages and by words of their names; each is sent again by a button. */
export function createFileList({ ports, buttons }: Parts): Composer<BotContext> {
  const list = new Composer<BotContext>();
  const turn = buttons.action('files', z.object({ from: z.number(), search: z.boolean() }));
  const get = buttons.action('get', z.string().max(LONGEST_ID));

  async function page(ctx: BotContext, words: string, from: number) {
    const userId = ctx.from?.id ?? 0;
    const choice = { words, offset: from, limit: PAGE };
    const { files, total } = await ports.fileIndex.list(userId, choice);
    return { files, total, from, words };
  }

  function textOf(ctx: BotContext, { files, total, from, words }: Page): string {
    if (total === 0) return words ? ctx.t('files.noneFound', { words }) : ctx.t('files.noneYet');
    const lines = files.map((file, index) => `${from + index + 1}. ${shown(ctx, file)}`);
    return [titleOf(ctx, { files, total, from, words }), ...lines].join('\n');
  }

  function titleOf(ctx: BotContext, { files, total, from, words }: Page): string {
    if (total <= PAGE) {
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
      id.length > LONGEST_ID ? [] : get.button(String(from + index + 1), id),
    );
    const pages: InlineKeyboardButton[] = [];
    const search = words !== '';
    if (from > 0) pages.push(turn.button('‹', { from: Math.max(0, from - PAGE), search }));
    if (from + PAGE < total) pages.push(turn.button('›', { from: from + PAGE, search }));
    const rows = [fitting, pages].filter((row) => row.length > 0);
    return rows.length > 0 ? Markup.inlineKeyboard(rows) : {};
  }

  async function show(ctx: BotContext, words: string): Promise<void> {
    const first = await page(ctx, words, 0);
    const sent = await ctx.reply(textOf(ctx, first), buttonsOf(first));
    // Words do not fit into a button: they are kept for the list that was searched last.
    if (words !== '') ctx.session.fileSearch = { messageId: sent.message_id, words };
  }

  const inPrivate = privateOnly<BotContext>((ctx) => ctx.t('guard.privateOnly', { bot: ctx.me }));

  list.command('files', inPrivate, (ctx) => show(ctx, wordsOf(ctx)));

  // The button over what an inline search has found.
  list.start((ctx, next) => (ctx.payload === FILES_LINK ? show(ctx, '') : next()));

  list.command('get', inPrivate, async (ctx) => {
    const found = await page(ctx, wordsOf(ctx), 0);
    const [file] = found.files;
    if (file && found.total === 1) await sendStored(ctx, file, ports);
    else await show(ctx, found.words);
  });

  list.use(
    turn.on(async (ctx, { from, search }) => {
      const { fileSearch } = ctx.session;
      if (search && fileSearch?.messageId !== ctx.msgId) {
        return courtesy(ctx, ctx.answerCbQuery(ctx.t('files.oldList')));
      }
      await courtesy(ctx, ctx.answerCbQuery());
      const wanted = await page(ctx, (search && fileSearch?.words) || '', from);
      // What was deleted since may have taken the whole page along.
      const there = wanted.files.length > 0 ? wanted : await page(ctx, wanted.words, 0);
      await courtesy(ctx, ctx.editMessageText(textOf(ctx, there), buttonsOf(there)));
    }),
    get.on(async (ctx, id) => {
      const file = await ports.fileIndex.get(ctx.from?.id ?? 0, id);
      const gone = file ? undefined : ctx.t('files.deleted');
      await courtesy(ctx, ctx.answerCbQuery(gone));
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

/** What stands after the command. */
function wordsOf({ text = '' }: Pick<BotContext, 'text'>): string {
  return text.replace(/^\S+/, '').trim().replace(/\s+/g, ' ').slice(0, LONGEST_WORDS);
}
