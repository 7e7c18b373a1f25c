import { Context, type Composer } from 'telegraf';
import type { BotContext } from '@chatlane/bot';

/** What a `Telegraf` instance defines besides its middleware: the class of contexts, and properties to copy to each. */
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
