import { errorBoundary } from '@chatlane/middleware';
import type { TextKey } from '@chatlane/middleware';
import type { BotContext } from './context.js';
import type { en } from './texts/en.js';

/** A failure that has text of its own for the user. The event is tried again. */
export class ToldError extends Error {
  override name = 'ToldError';

  constructor(
    message: string,
    readonly key: Extract<TextKey<typeof en>, `error.${string}`>,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What a user hears about a failed turn, once and in their language. */
export const apologies = errorBoundary<BotContext>({
  text(ctx, { error, next }) {
    if (error instanceof ToldError) return ctx.t(error.key);
    return ctx.t(next === 'never' ? 'error.never' : 'error.retry');
  },
});
