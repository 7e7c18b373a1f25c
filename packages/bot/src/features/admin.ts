import { commandIn, isAddressedTo } from '@chatlane/contracts';
import { adminOnly, groupOnly } from '@chatlane/middleware';
import { Composer, Markup } from 'telegraf';
import { z } from 'zod';
import type { BotContext, Next } from '../context.js';
import { bestEffort } from '../best-effort.js';
import type { Parts } from '../parts.js';
import type { ChatSession } from '../sessions.js';

const CHOICES = [10, 60, 300];

/** /admin, for the admins of a group: slow mode, which limits how often each member is answered, and statistics. */
export function createAdmin({ admins, buttons }: Parts): Composer<BotContext> {
  const admin = new Composer<BotContext>();
  const setSlowMode = buttons.action('slow', z.number().int().min(0).max(3600));

  const adminsInGroups = Composer.compose<BotContext>([
    groupOnly((ctx) => ctx.t('guard.groupOnly')),
    adminOnly(admins, (ctx) => ctx.t('guard.adminOnly')),
  ]);

  function menuOf(ctx: BotContext, { slowModeSeconds: count, messages }: ChatSession) {
    const slowMode =
      count === 0 ? ctx.t('admin.slowModeOff') : ctx.t('admin.slowModeSeconds', { count });
    const choices = CHOICES.map((seconds) =>
      setSlowMode.button(ctx.t('admin.buttonSeconds', { seconds }), seconds),
    );
    const keyboard = [setSlowMode.button(ctx.t('admin.buttonOff'), 0), ...choices];
    return [
      ctx.t('admin.title', { slowMode, messages }),
      Markup.inlineKeyboard(keyboard, { columns: 4 }),
    ] as const;
  }

  admin.command('admin', adminsInGroups, async (ctx) => {
    if (ctx.chatSession !== undefined) await ctx.reply(...menuOf(ctx, ctx.chatSession));
  });

  admin.use(
    // Everyone in the group sees the menu and can press its buttons, so check again who presses.
    setSlowMode.on((ctx, seconds) =>
      adminsInGroups(ctx, async () => {
        if (ctx.chatSession === undefined) return;
        ctx.chatSession.slowModeSeconds = seconds;
        await bestEffort(ctx, ctx.answerCbQuery());
        await bestEffort(ctx, ctx.editMessageText(...menuOf(ctx, ctx.chatSession)));
      }),
    ),
  );
  return admin;
}

/**
 * Counts the messages of a group, and in slow mode ignores commands of members who were answered recently. A member gets
 * one notice of it, and another after their next answered command.
 */
export function createSlowMode({ admins }: Parts) {
  return async function slowMode(ctx: BotContext, next: Next): Promise<void> {
    const { message, chatSession } = ctx;
    if (message === undefined || chatSession === undefined) return next();
    chatSession.messages += 1;
    const { slowModeSeconds } = chatSession;
    if (slowModeSeconds === 0 || !isCommand(ctx) || (await admins.isAdmin(ctx))) return next();
    const { commandAt = -Infinity, slowModeSaid = false } = ctx.session;
    const count = commandAt + slowModeSeconds - message.date;
    if (count > 0) {
      ctx.session.slowModeSaid = true;
      if (!slowModeSaid) await ctx.reply(ctx.t('admin.slowed', { count }));
      return;
    }
    ctx.session.commandAt = message.date;
    delete ctx.session.slowModeSaid;
    return next();
  };
}

function isCommand({ message, me }: BotContext): boolean {
  const command = commandIn(message);
  return command !== undefined && isAddressedTo(me, command.addressee);
}
