import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commands, createBot, type BotContext } from '@chatlane/bot';
import type { Composer } from 'telegraf';
import type { BotCommand } from 'telegraf/types';

/** The bot a worker runs. */
export interface LoadedBot {
  composer: Composer<BotContext>;
  /** For the menu of Telegram's apps; undefined: the module names none. */
  commands: readonly BotCommand[] | undefined;
}

/**
 * Loads the bot that BOT_MODULE names: a module whose default export, or export `bot`, is a Telegraf
 * `Composer`; an export `commands` is announced to Telegram. Without a path: the bot of @chatlane/bot.
 *
 * @throws Error naming BOT_MODULE when there is no such module, or no Composer in it
 */
export async function loadBot(path: string | undefined): Promise<LoadedBot> {
  if (path === undefined) return { composer: createBot(), commands };
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`BOT_MODULE: ${path} cannot be loaded.`, { cause: error });
  }
  const bot = module['default'] ?? module['bot'];
  if (!isComposer(bot)) {
    throw new Error(
      `BOT_MODULE: ${path} has no Telegraf Composer as its default export or as \`bot\`.`,
    );
  }
  return { composer: bot, commands: module['commands'] as readonly BotCommand[] | undefined };
}

/** By shape: a module from elsewhere may have a copy of Telegraf of its own. */
function isComposer(value: unknown): value is Composer<BotContext> {
  return typeof (value as { middleware?: unknown } | null)?.middleware === 'function';
}
