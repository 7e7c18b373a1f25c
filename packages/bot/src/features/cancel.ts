import { cancel as cancelScenes, reset as resetSession } from '@chatlane/middleware';
import { Markup } from 'telegraf';
import type { BotContext } from '../context.js';

/** A second /cancel within this time counts as a double press of the first. */
const REPEAT_SECONDS = 5;

/** /cancel: leaves the current dialogue. A running handler has already been stopped. */
export const cancel = cancelScenes<BotContext>({
  cancelled(ctx) {
    ctx.session.cancelledAt = dateOf(ctx);
    // The dialogue may have shown a keyboard.
    return ctx.reply(ctx.t('cancel.done'), Markup.removeKeyboard());
  },
  nothing(ctx) {
    const { cancelledAt = -Infinity } = ctx.session;
    ctx.session.cancelledAt = dateOf(ctx);
    return dateOf(ctx) - cancelledAt < REPEAT_SECONDS ? undefined : ctx.t('cancel.nothing');
  },
});

/** /reset, which runs before the session is read, so that it works even if that fails. The group's session is kept. */
export const reset = resetSession<BotContext>({
  done: (ctx) => {
    const files = ctx.chat?.type === 'private' ? [ctx.t('reset.files')] : [];
    return ctx.reply([ctx.t('reset.done'), ...files].join(' '), Markup.removeKeyboard());
  },
});

/** Telegram's time, so that a repeated turn makes the same decision. */
function dateOf({ message }: BotContext): number {
  return message?.date ?? 0;
}
