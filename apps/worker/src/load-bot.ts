import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commands, createBot, type BotContext } from '@chatlane/bot';
import type { Composer } from 'telegraf';
import type { BotCommand } from 'telegraf/types';
import { keepTelegrafSessions } from './telegraf-session.js';

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
  let module: Exports;
  try {
    const { href } = pathToFileURL(resolve(path));
    keepTelegrafSessions(href);
    module = (await import(href)) as Exports;
  } catch (error) {
    throw new Error(`BOT_MODULE: ${path} cannot be loaded.`, { cause: error });
  }
  // Under `default` lies also all that a CommonJS module exports.
  const exports = [module, module.default as Exports | null | undefined];
  const composer = exports.flatMap((each) => [each?.default, each?.bot]).find(isComposer);
  if (!composer) {
    throw new Error(
      `BOT_MODULE: ${path} has no Telegraf Composer as its default export or as \`bot\`.`,
    );
  }
  const named = exports.find((each) => each?.commands !== undefined)?.commands;
  return { composer, commands: named as readonly BotCommand[] | undefined };
}

interface Exports {
  default?: unknown;
  bot?: unknown;
  commands?: unknown;
}

/** By shape: a module from elsewhere may have a copy of Telegraf of its own. */
function isComposer(value: unknown): value is Composer<BotContext> {
  return typeof (value as { middleware?: unknown } | null)?.middleware === 'function';
}
