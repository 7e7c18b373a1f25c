import { cancel as cancelScenes, reset as resetSession } from '@chatlane/middleware';
import { Markup } from 'telegraf';
import type { BotContext } from '../context.js';

/** /cancel: out of whatever the user is in the middle of. A handler that is running was stopped before. */
export const cancel = cancelScenes<BotContext>({
  // A dialogue may have shown a keyboard of its own.
  cancelled: (ctx) => ctx.reply(ctx.t('cancel.done'), Markup.removeKeyboard()),
  nothing: (ctx) => ctx.t('cancel.nothing'),
});

/** /reset, in front of the session: it helps also when that cannot be read. The group's own session stays. */
export const reset = resetSession<BotContext>({
  done: (ctx) => ctx.reply(ctx.t('reset.done'), Markup.removeKeyboard()),
});
