import { cancel as cancelScenes, reset as resetSession } from '@chatlane/middleware';
import { Markup } from 'telegraf';
import type { BotContext } from '../context.js';

/** A second /cancel within so many seconds is the first one, pressed twice. */
const TWICE_SECONDS = 5;

/** /cancel: out of whatever the user is in the middle of. A handler that is running was stopped before. */
export const cancel = cancelScenes<BotContext>({
  cancelled(ctx) {
    ctx.session.cancelledAt = dateOf(ctx);
    // A dialogue may have shown a keyboard of its own.
    return ctx.reply(ctx.t('cancel.done'), Markup.removeKeyboard());
  },
  nothing(ctx) {
    const { cancelledAt = -Infinity } = ctx.session;
    ctx.session.cancelledAt = dateOf(ctx);
    return dateOf(ctx) - cancelledAt < TWICE_SECONDS ? undefined : ctx.t('cancel.nothing');
  },
});

/** /reset, in front of the session: it helps also when that cannot be read. The group's own session stays. */
export const reset = resetSession<BotContext>({
  done: (ctx) => {
    const files = ctx.chat?.type === 'private' ? [ctx.t('reset.files')] : [];
    return ctx.reply([ctx.t('reset.done'), ...files].join(' '), Markup.removeKeyboard());
  },
});

/** By Telegram's clock, so that a repeated turn decides the same. */
function dateOf({ message }: BotContext): number {
  return message?.date ?? 0;
}
