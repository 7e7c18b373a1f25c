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

/** After this many seconds a hint is said again. */
const FORGOTTEN_SECONDS = 300;

/**
 * Says what kind of message is expected. The same hint is not said over and over: the second time in a row it is
 * shorter, and from the third time on nothing is said. A command, a press or five minutes begin anew.
 */
export async function hint(ctx: BotContext, key: Hint): Promise<void> {
  const at = ctx.message?.date ?? 0;
  const { hint: last } = ctx.session;
  const isRepeated = last?.key === key && at - last.at < FORGOTTEN_SECONDS;
  const times = isRepeated ? last.times + 1 : 1;
  ctx.session.hint = { key, times, at };
  if (times === 1) await ask(ctx, ctx.t(key));
  else if (times === 2)
    await ask(ctx, ctx.t(key === 'unknown.message' ? 'unknown.again' : 'ask.again'));
}

/** Stands in front of all that says hints. */
export function forgetHints(ctx: BotContext, next: Next): Promise<void> {
  const isAction = ctx.callbackQuery !== undefined || commandIn(ctx.message) !== undefined;
  if (isAction && ctx.session?.hint !== undefined) delete ctx.session.hint;
  return next();
}
