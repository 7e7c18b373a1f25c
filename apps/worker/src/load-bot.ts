import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commands, createBot, type BotContext, type BotPorts } from '@chatlane/bot';
import type { Delivery } from '@chatlane/middleware';
import type { Composer } from 'telegraf';
import type { BotCommand, BotCommandScope } from 'telegraf/types';
import { recordSubscribedKinds } from './subscribed-kinds.js';
import { storeTelegrafSessionsInLanes } from './telegraf-session.js';

/** Commands as `setMyCommands` takes them: for a scope, in a language. */
export interface CommandList {
  commands: readonly BotCommand[];
  scope?: BotCommandScope;
  language_code?: string;
}

/** The bot a worker runs. */
export interface LoadedBot {
  create: (ports: BotPorts) => Composer<BotContext>;
  /** For the menu of Telegram's apps; undefined: the module names none. */
  commands: readonly CommandList[] | undefined;
  /** How the bot wants calls delivered, by method. */
  delivery: Readonly<Record<string, Delivery>>;
  /** Kinds of updates that Telegram sends only on request, and the bot listens to: complete once it was created. */
  subscribedKinds: ReadonlySet<string>;
}

/**
 * Loads the bot that BOT_MODULE names: a module whose default export, or export `bot`, is a Telegraf `Composer`, or
 * that exports `createBot(ports)`, which gives one. An export `commands`, of Telegram's commands or of `CommandList`s, is
 * told to Telegram. An export `delivery`, such as `{ sendInvoice: 'at-most-once' }`, says how calls are delivered. Without a path: the bot of @chatlane/bot.
 *
 * @throws Error naming BOT_MODULE when there is no such module, or no bot in it, or a faulty `delivery`
 */
export async function loadBot(path: string | undefined): Promise<LoadedBot> {
  const subscribedKinds = new Set<string>();
  recordSubscribedKinds(import.meta.url, subscribedKinds);
  if (path === undefined) return { create: createBot, commands, delivery: {}, subscribedKinds };
  let module: Exports;
  try {
    const { href } = pathToFileURL(resolve(path));
    storeTelegrafSessionsInLanes(href);
    recordSubscribedKinds(href, subscribedKinds);
    module = (await import(href)) as Exports;
  } catch (error) {
    throw new Error(`BOT_MODULE: ${path} cannot be loaded.`, { cause: error });
  }
  // Under `default` lies also all that a CommonJS module exports.
  const exports = [module, module.default as Exports | null | undefined];
  const composer = exports.flatMap((each) => [each?.default, each?.bot]).find(isComposer);
  const factory = exports.map((each) => each?.createBot).find(isFactory);
  const create = composer ? () => composer : factory;
  if (!create) {
    throw new Error(
      `BOT_MODULE: ${path} has no Telegraf Composer as its default export or as \`bot\`, and no \`createBot\`.`,
    );
  }
  const named = exports.find((each) => each?.commands !== undefined)?.commands;
  return {
    create,
    commands: named === undefined ? undefined : commandListsOf(named),
    delivery: deliveryIn(exports.find((each) => each?.delivery !== undefined)?.delivery, path),
    subscribedKinds,
  };
}

interface Exports {
  default?: unknown;
  bot?: unknown;
  createBot?: unknown;
  commands?: unknown;
  delivery?: unknown;
}

const deliveries: readonly unknown[] = ['at-least-once', 'at-most-once', 'untracked'];

function deliveryIn(named: unknown, path: string): LoadedBot['delivery'] {
  if (named === undefined) return {};
  const isTable = typeof named === 'object' && named !== null;
  if (isTable && Object.values(named).every((each) => deliveries.includes(each))) {
    return named as LoadedBot['delivery'];
  }
  throw new Error(
    `BOT_MODULE: the export \`delivery\` of ${path} must give for each method one of ${deliveries.join(', ')}.`,
  );
}

/** By shape: a module from elsewhere may have a copy of Telegraf of its own. */
function isComposer(value: unknown): value is Composer<BotContext> {
  return typeof (value as { middleware?: unknown } | null)?.middleware === 'function';
}

function isFactory(value: unknown): value is LoadedBot['create'] {
  return typeof value === 'function';
}

function commandListsOf(named: unknown): readonly CommandList[] {
  const lists = named as readonly (BotCommand | CommandList)[];
  const isCommandList = (each: BotCommand | CommandList) => 'commands' in each;
  return lists.length > 0 && lists.every(isCommandList)
    ? lists
    : [{ commands: lists as readonly BotCommand[] }];
}
