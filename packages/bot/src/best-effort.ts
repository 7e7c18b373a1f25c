import { nextActionAfter } from '@chatlane/middleware';
import type { BotContext } from './context.js';

/** Awaits a call whose refusal does no harm, such as answering an old button or removing buttons from a message. */
export async function bestEffort(
  ctx: Pick<BotContext, 'turn'>,
  call: Promise<unknown>,
): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (nextActionAfter(error, ctx.turn) !== 'never') throw error;
  }
}
