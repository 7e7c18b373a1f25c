import { commands, createBot, type BotContext, type BotPorts } from '@chatlane/bot';
import type { Delivery, Schedule } from '@chatlane/middleware';
import type { Composer } from 'telegraf';
import type { BotCommand, BotCommandScope } from 'telegraf/types';
import { createdBot, type CreatedBots } from './bot-module/created-bot.js';
import { importModule, resolveModule } from './bot-module/import-module.js';

/** The parameters of one `setMyCommands` call: commands for a scope and a language. */
export interface CommandList {
  commands: readonly BotCommand[];
  scope?: BotCommandScope;
  language_code?: string;
}

/** The bot that a worker runs. */
export interface LoadedBot {
  create: (ports: BotPorts) => Composer<BotContext> | Promise<Composer<BotContext>>;
  /** The commands for the menu in Telegram's apps; undefined if the module exports none. */
  commands: readonly CommandList[] | undefined;
  /** The bot's delivery for individual methods. */
  delivery: Readonly<Record<string, Delivery>>;
  /** Returns the bot's schedules: what runs at certain times. */
  schedules: (ports: BotPorts) => readonly Schedule[];
}

/**
 * Loads the bot that BOT_MODULE names: a module whose default export, or export `bot`, is a Telegraf `Composer`, or
 * that exports `createBot(ports)`, which returns one or a promise of one. An export `commands` (Telegram's commands, or
 * `CommandList`s) is registered with Telegram. An export `delivery`, such as `{ sendInvoice: 'at-most-once' }`, overrides
 * how calls are delivered. Without a path, loads the bot of @chatlane/bot.
 *
 * @param created the `Telegraf` instances of the process: without exports, the one that the module launches is the bot
 * @throws Error naming BOT_MODULE when the module does not exist, contains no bot, or has an invalid `delivery`
 */
export async function loadBot(path: string | undefined, created?: CreatedBots): Promise<LoadedBot> {
  if (path === undefined) return { create: createBot, commands, delivery: {}, schedules: () => [] };
  const module = (await importModule(resolveModule(path))) as BotExports;
  // The exports of a CommonJS module are found under `default`.
  const exports = [module, module.default as BotExports | null | undefined];
  return botIn(exports, `BOT_MODULE: ${path}`, created);
}

/** What a bot's module exports. */
export interface BotExports {
  /** The bot: a Telegraf `Composer` or `Telegraf`. */
  default?: unknown;
  /** The same as `default`. */
  bot?: unknown;
  /** Instead of a bot: a function that receives the bot's ports, and returns the bot or a promise of it. */
  createBot?: unknown;
  /** The menu in Telegram's apps. */
  commands?: unknown;
  /** How calls are delivered, by method. */
  delivery?: unknown;
  /** A list of `schedule(...)`, or a function that receives the bot's ports and returns one. */
  schedules?: unknown;
}

/**
 * Finds the bot in what a module exports.
 *
 * @param exports the objects to search, in this order
 * @param name the module's name in errors
 * @param created as for `loadBot`
 * @throws Error when there is no bot, or an invalid `delivery`
 */
export async function botIn(
  exports: readonly (BotExports | null | undefined)[],
  name: string,
  created?: CreatedBots,
): Promise<LoadedBot> {
  const factory = exports.map((each) => each?.createBot).find(isFactory);
  const exported = exports.flatMap((each) => [each?.default, each?.bot]).find(isComposer);
  const composer = exported ?? (factory ? undefined : created && (await createdBot(created)));
  const create = composer
    ? () => composer as Composer<BotContext>
    : factory && checked(factory, name);
  if (!create) {
    throw new Error(
      `${name} has no Telegraf Composer as its default export or as \`bot\`, and no \`createBot\`` +
        (created && created.bots.length > 1
          ? `, and creates ${created.bots.length} bots. Export one of them.`
          : '.'),
    );
  }
  const named = exports.find((each) => each?.commands !== undefined)?.commands;
  return {
    create,
    commands: named === undefined ? undefined : commandListsOf(named),
    delivery: deliveryIn(exports.find((each) => each?.delivery !== undefined)?.delivery, name),
    schedules: schedulesIn(exports.find((each) => each?.schedules !== undefined)?.schedules, name),
  };
}

function schedulesIn(named: unknown = [], name: string): LoadedBot['schedules'] {
  return (ports) => {
    const made: unknown = typeof named === 'function' ? (named as MakeSchedules)(ports) : named;
    if (Array.isArray(made) && made.every(isSchedule)) return made;
    throw new Error(
      `${name}: the export \`schedules\` must be a list of schedule(name, cron, handler), or a function that returns one.`,
    );
  };
}

type MakeSchedules = (ports: BotPorts) => unknown;

/** Checks the shape, because the module may use its own copy of the middleware. */
function isSchedule(value: unknown): value is Schedule {
  const { name, cron, timeZone, handler } = (value ?? {}) as Partial<Record<string, unknown>>;
  const areTexts = [name, cron, timeZone].every((each) => typeof each === 'string');
  return areTexts && typeof handler === 'function';
}

const deliveries: readonly unknown[] = ['at-least-once', 'at-most-once', 'untracked'];

function deliveryIn(named: unknown, name: string): LoadedBot['delivery'] {
  if (named === undefined) return {};
  const isTable = typeof named === 'object' && named !== null;
  if (isTable && Object.values(named).every((each) => deliveries.includes(each))) {
    return named as LoadedBot['delivery'];
  }
  throw new Error(
    `${name}: the export \`delivery\` must map each method to one of ${deliveries.join(', ')}.`,
  );
}

/** Checks the shape, because the module may use its own copy of Telegraf. */
function isComposer(value: unknown): value is Composer<BotContext> {
  return typeof (value as { middleware?: unknown } | null)?.middleware === 'function';
}

function isFactory(value: unknown): value is LoadedBot['create'] {
  return typeof value === 'function';
}

function checked(factory: LoadedBot['create'], name: string): LoadedBot['create'] {
  return async (ports) => {
    const made: unknown = await factory(ports);
    if (isComposer(made)) return made;
    throw new Error(`${name}: \`createBot\` must return a Telegraf Composer.`);
  };
}

function commandListsOf(named: unknown): readonly CommandList[] {
  const lists = named as readonly (BotCommand | CommandList)[];
  const isCommandList = (each: BotCommand | CommandList) => 'commands' in each;
  return lists.length > 0 && lists.every(isCommandList)
    ? lists
    : [{ commands: lists as readonly BotCommand[] }];
}
