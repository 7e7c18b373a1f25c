import { nextActionAfter } from '@chatlane/middleware';
import type { BotContext } from './context.js';

/** Awaits a call that may be refused without harm: answering an old button, taking buttons off a message. */
export async function courtesy(
  ctx: Pick<BotContext, 'turn'>,
  call: Promise<unknown>,
): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (nextActionAfter(error, ctx.turn) !== 'never') throw error;
  }
}
