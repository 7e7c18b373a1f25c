import { Context, type Composer } from 'telegraf';
import type { BotContext } from '@chatlane/bot';

/** What a whole `Telegraf` has besides its middleware: a class of its own for contexts, and properties of each. */
export function telegrafContext(bot: Composer<BotContext>): {
  contextType: typeof Context;
  properties: object;
} {
  const { options, context = {} } = bot as {
    options?: { contextType?: typeof Context };
    context?: object;
  };
  return { contextType: options?.contextType ?? Context, properties: context };
}
