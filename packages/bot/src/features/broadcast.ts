import { broadcastOptOut, event, ownerOnly, privateOnly } from '@chatlane/middleware';
import { Composer, Markup } from 'telegraf';
import { z } from 'zod';
import { bestEffort } from '../best-effort.js';
import type { BotContext } from '../context.js';
import type { Parts } from '../parts.js';
import type { Broadcasts } from '../ports.js';

/** The progress is shown this often, because Telegram limits how often a message may be edited. */
const PROGRESS_EVERY_MS = 3_000;
/** A paused broadcast is checked this often, because another owner may resume it. */
const PAUSED_EVERY_MS = 30_000;

const progress = event('broadcast_progress', z.object({ id: z.number(), messageId: z.number() }));

/**
 * /broadcast, as a reply to a message: copies it to everyone who has written to the bot, after a preview and a
 * confirmation, and shows the progress. For users in OWNER_IDS; for others it is an unknown command. /stop ends such
 * messages for a chat.
 */
export function createBroadcast({ ports, buttons }: Parts): Composer<BotContext> {
  const composer = new Composer<BotContext>(
    broadcastOptOut({
      store: ports.chats,
      topics: { news: (ctx) => ctx.t('broadcast.subscribe') },
      stopped: (ctx) => ctx.t('broadcast.stopped'),
      started: (ctx) => ctx.t('broadcast.started'),
    }),
  );
  if (ports.broadcasts === undefined) return composer;
  const { broadcasts } = ports;
  const start = buttons.action('bcgo', z.tuple([z.number(), z.string()]));
  const control = buttons.action(
    'bcdo',
    z.tuple([z.enum(['pause', 'resume', 'cancel']), z.number()]),
  );

  composer.command('broadcast', (ctx, next) =>
    ownerOnly<BotContext>(ports.ownerIds, () => next())(ctx, async () => {
      await privateOnly<BotContext>()(ctx, async () => {
        const model = ctx.message?.reply_to_message;
        if (model === undefined) return void (await ctx.reply(ctx.t('broadcast.how')));
        const address = { chatId: ctx.chat.id, messageId: model.message_id };
        const { id, recipients: count } = await ctx.effect(
          'draft',
          () => broadcasts.draft(address, ctx.t('broadcast.stop')),
          { onUnknown: 'repeat' },
        );
        if (count === 0) return void (await ctx.reply(ctx.t('broadcast.nobody')));
        const preview = () => broadcasts.preview(id, address.chatId);
        const code = await ctx.effect('preview', preview, { onUnknown: 'repeat' });
        const question = [
          [start.button(ctx.t('broadcast.send', { count }), [id, code])],
          [control.button(ctx.t('broadcast.cancel'), ['cancel', id])],
        ];
        await ctx.reply(ctx.t('broadcast.preview', { count }), Markup.inlineKeyboard(question));
      });
    }),
  );

  composer.use(
    start.on(async (ctx, [id, code]) => {
      await broadcasts.start(id, code).catch((error: Error) => {
        // This is expected after a second press and in a repeated turn.
        if (error.name !== 'BroadcastError') throw error;
      });
      await bestEffort(ctx, ctx.answerCbQuery());
      await show(ctx, id, ctx.msgId);
    }),
    control.on(async (ctx, [action, id]) => {
      await broadcasts[action](id).catch((error: Error) => {
        if (error.name !== 'BroadcastError') throw error;
      });
      await bestEffort(ctx, ctx.answerCbQuery());
      await show(ctx, id, ctx.msgId);
    }),
  );
  composer.on(progress, (ctx) =>
    show(ctx, ctx.update.event.data.id, ctx.update.event.data.messageId),
  );

  /** Shows the progress, and does so again until the broadcast has ended. */
  async function show(ctx: BotContext, id: number, messageId: number | undefined): Promise<void> {
    if (messageId === undefined || ctx.chat === undefined) return;
    const status = await broadcasts.status(id);
    const text = ctx.t('broadcast.progress', { ...status, state: stateIn(ctx, status.state) });
    const keyboard = Markup.inlineKeyboard(choices(ctx, id, status));
    const edit = ctx.telegram.editMessageText(ctx.chat.id, messageId, undefined, text, keyboard);
    await bestEffort(ctx, edit);
    if (hasEnded(status)) return;
    const everyMs = status.state === 'paused' ? PAUSED_EVERY_MS : PROGRESS_EVERY_MS;
    await ctx.later(everyMs, progress, { id, messageId }, { key: `broadcast:${id}` });
  }

  function choices(ctx: BotContext, id: number, status: { state: string }) {
    if (hasEnded(status)) return [];
    const action = status.state === 'paused' ? 'resume' : 'pause';
    return [
      control.button(ctx.t(`broadcast.${action}`), [action, id]),
      control.button(ctx.t('broadcast.cancel'), ['cancel', id]),
    ];
  }

  return composer;
}

type Status = Awaited<ReturnType<Broadcasts['status']>>;

function hasEnded({ state }: Pick<Status, 'state'>): boolean {
  return state === 'finished' || state === 'cancelled';
}

function stateIn(ctx: BotContext, state: string): string {
  if (state === 'finished') return ctx.t('broadcast.state.finished');
  if (state === 'cancelled') return ctx.t('broadcast.state.cancelled');
  return ctx.t(state === 'paused' ? 'broadcast.state.paused' : 'broadcast.state.running');
}
