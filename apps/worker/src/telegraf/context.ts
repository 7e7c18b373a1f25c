import { Context, type Composer } from 'telegraf';
import type { BotContext } from '@chatlane/bot';
import type { TelegrafCopy } from './load-hook.js';

/**
 * What a bot defines besides its middleware: the class of contexts, and properties to copy to each. The default class
 * is that of the bot's own copy of Telegraf.
 */
export function telegrafContext(
  bot: Composer<BotContext>,
  copy: TelegrafCopy | undefined,
): { contextType: typeof Context; properties: object } {
  const { options, context = {} } = bot as {
    options?: { contextType?: typeof Context };
    context?: object;
  };
  const ofCopy = copy?.Context as typeof Context | undefined;
  return { contextType: options?.contextType ?? ofCopy ?? Context, properties: context };
}
