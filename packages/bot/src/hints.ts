import { ask, type TextKey } from '@chatlane/middleware';
import { commandIn } from '@chatlane/contracts';
import type { BotContext, Next } from './context.js';
import type { en } from './texts/en.js';

type Hint = Extract<
  TextKey<typeof en>,
  | 'ask.name'
  | 'unknown.message'
  | `${string}Again`
  | `${string}.pressAButton`
  | 'survey.textPlease'
  | 'register.phoneOfAnother'
>;

/** After this time the same hint is given in full again. */
const HINT_RESET_SECONDS = 300;

/**
 * Explains what kind of message is expected. The same hint is shorter the second time in a row, and not given from the
 * third time on. A command, a button press or five minutes reset this.
 */
export async function hint(ctx: BotContext, key: Hint): Promise<void> {
  const at = ctx.message?.date ?? 0;
  const { hint: last } = ctx.session;
  const isRepeated = last?.key === key && at - last.at < HINT_RESET_SECONDS;
  const times = isRepeated ? last.times + 1 : 1;
  ctx.session.hint = { key, times, at };
  if (times === 1) await ask(ctx, ctx.t(key));
  else if (times === 2)
    await ask(ctx, ctx.t(key === 'unknown.message' ? 'unknown.again' : 'ask.again'));
}

/** Resets hints after a command or press. Runs in front of everything that gives hints. */
export function resetHints(ctx: BotContext, next: Next): Promise<void> {
  const isAction = ctx.callbackQuery !== undefined || commandIn(ctx.message) !== undefined;
  if (isAction && ctx.session?.hint !== undefined) delete ctx.session.hint;
  return next();
}
