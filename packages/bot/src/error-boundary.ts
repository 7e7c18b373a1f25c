import { errorBoundary } from '@chatlane/middleware';
import type { TextKey } from '@chatlane/middleware';
import type { BotContext } from './context.js';
import type { en } from './texts/en.js';

/** A failure with its own text for the user. The event is retried. */
export class UserFacingError extends Error {
  override name = 'UserFacingError';

  constructor(
    message: string,
    /** The text for the user. */
    readonly key: Extract<TextKey<typeof en>, `error.${string}`>,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Apologises to the user for a failed turn, once and in their language. */
export const apologies = errorBoundary<BotContext>({
  text(ctx, { error, next }) {
    if (error instanceof UserFacingError) return ctx.t(error.key);
    return ctx.t(next === 'never' ? 'error.never' : 'error.retry');
  },
});
