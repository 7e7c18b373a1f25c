import type { TurnInfo } from '@chatlane/middleware';
import type { Logger } from '@chatlane/runtime';
import type { Telegram } from 'telegraf';
import type { CreatedBots } from '../bot-module/created-bot.js';
import { createLateCalls, type LateCalls } from '../late-calls.js';
import { createBotClients, type ClientTarget } from './bot-clients.js';
import { createForeignSessions, type ForeignSessions } from './foreign-sessions.js';
import { makeInert } from './inert-methods.js';
import { watchTelegraf, type Constructor, type TelegrafCopy } from './load-hook.js';
import { createHandlerTracking, type HandlerTracking } from './running-handlers.js';
import { duringSessionsOf, patchSession, storeInLanes, type SessionLibrary } from './session.js';
import { createSharedClasses } from './shared-classes.js';
import { recordSubscribedKinds } from './subscribed-kinds.js';
import { noticeUnusedOptions } from './unused-options.js';

/** Handles an error of a bot's handlers: the argument of `bot.catch`. */
export type ErrorHandler = (error: unknown, ctx: object) => unknown;

/** All copies of Telegraf in this process, prepared for bots that know nothing of Chatlane. */
export interface TelegrafHost {
  /** The kinds with handlers among those that Telegram sends only on request. */
  readonly subscribedKinds: ReadonlySet<string>;
  /** The `Telegraf` instances that were created. */
  readonly created: CreatedBots;
  /** Connects what bots do with Telegraf to the worker. Call this before a bot is loaded. */
  attach(to: ClientTarget & { logger: Pick<Logger, 'warn'> }): void;
  /**
   * Prepares the copy that `require` finds, which may have been loaded and used before, as in the process of a test.
   */
  prepareLoaded(require: NodeJS.Require): void;
  /** Connects a bot that was created before `attach`. */
  adopt(bot: object): void;
  /** Makes this the bot that runs. Call it before the first turn. */
  choose(bot: object): void;
  /** The copy that a bot was created with; undefined for one that could not be prepared. */
  copyOf(bot: object): TelegrafCopy | undefined;
  /** What the bot has passed to `bot.catch`. */
  errorHandlerOf(bot: object): ErrorHandler | undefined;
  /** Runs a turn, during which the bot's own clients use the turn's client. */
  duringTurn(telegram: Telegram, turn: TurnInfo, run: () => Promise<void>): Promise<void>;
  /** Follows the handlers of turns. */
  readonly handlers: Pick<HandlerTracking, 'begin' | 'failsTurn'>;
  /** Logs what is done for a turn after it has ended. */
  readonly late: Omit<LateCalls, 'sent'>;
  /** Sessions that could not be prepared. */
  readonly foreignSessions: Pick<ForeignSessions, 'isUsed'>;
  /** Versions of copies that were loaded, but are too old. */
  readonly tooOld: ReadonlySet<string>;
}

interface TelegrafBot {
  telegram: object;
  /** What `bot.catch` has set. */
  handleError?: ErrorHandler;
}

/**
 * Prepares every copy of Telegraf as it is loaded. Call this before anything imports Telegraf, because importers see
 * the exports as they are at that moment.
 */
export function prepareTelegraf(): TelegrafHost {
  const noticed = new Set<string>();
  const subscribedKinds = new Set<string>();
  const bots: object[] = [];
  const launched = new Set<object>();
  const errorHandlers = new WeakMap<object, ErrorHandler>();
  let logger: Pick<Logger, 'warn'> | undefined;
  const notice = (key: string, message: string): void => {
    if (noticed.has(key)) return;
    noticed.add(key);
    logger?.warn(message);
  };
  const late = createLateCalls((fields, message) => logger?.warn(fields, message));
  const clients = createBotClients(notice, late);
  const handlers = createHandlerTracking(notice);
  const foreignSessions = createForeignSessions();
  const classes = createSharedClasses();

  function patchBot(library: Record<string, Constructor>): void {
    const Original = library['Telegraf'] as unknown as new (...args: never[]) => TelegrafBot;
    makeInert(Original, notice, launched);
    class LoadedTelegraf extends Original {
      constructor(...args: never[]) {
        super(...args);
        bots.push(this);
        clients.adopt(this.telegram);
        noticeUnusedOptions(args[1] ?? {}, notice);
      }

      catch(handler: ErrorHandler): this {
        errorHandlers.set(this, handler);
        return this;
      }
    }
    library['Telegraf'] = Object.defineProperty(LoadedTelegraf, 'name', { value: 'Telegraf' });
  }

  function onFile(file: string, exports: object, copy: TelegrafCopy, isInUse: boolean): void {
    const library = exports as Record<string, Constructor>;
    switch (file) {
      case 'composer':
        copy.Composer = library['Composer']!;
        recordSubscribedKinds(library['Composer'] as never, subscribedKinds);
        handlers.patch(library['Composer'] as never);
        // In a copy that is in use, `storeInLanes` prepares them.
        if (!isInUse) foreignSessions.patch(library['Composer'] as never);
        break;
      case 'context':
        copy.Context = library['default']!;
        classes.share(file, copy.Context);
        break;
      case 'telegram':
        copy.Telegram = library['default']!;
        break;
      case 'telegraf':
        patchBot(library);
        break;
      case 'session':
        patchSession(exports as SessionLibrary, notice);
        if (isInUse) storeInLanes(exports as SessionLibrary);
        break;
      case 'core/network/client':
        if (isInUse) clients.patchInPlace(library['default'] as never);
        else clients.patch(library as never);
        break;
      case 'core/network/error':
        classes.share(file, library['TelegramError']);
        break;
      case 'core/helpers/formatting':
        classes.share(file, library['FmtString']);
        break;
    }
  }

  const { copies, tooOld, load } = watchTelegraf({
    onFile,
    onPackage(name) {
      if (name !== 'telegraf-session-local') return;
      notice(
        name,
        'telegraf-session-local stores the sessions of each worker in its memory: with several workers a user has ' +
          'several sessions. Use session() of Telegraf, which stores sessions in Redis.',
      );
    },
  });

  return {
    subscribedKinds,
    created: { bots, launched },
    tooOld,
    foreignSessions,
    handlers,
    late,
    prepareLoaded: load,
    adopt(bot) {
      const { telegram, handleError } = bot as Partial<TelegrafBot>;
      // A test runs one bot after another, so each one is chosen.
      if (telegram !== undefined) clients.adopt(telegram, true);
      // Telegraf's own default ends the process.
      const isOwn = handleError && !String(handleError).includes('process.exitCode');
      if (isOwn && !errorHandlers.has(bot)) errorHandlers.set(bot, handleError);
    },
    choose: (bot) => clients.choose((bot as Partial<TelegrafBot>).telegram),
    attach({ logger: to, ...target }) {
      logger = to;
      clients.attach(target);
    },
    copyOf: (bot) => copies.find(({ Composer }) => Composer && bot instanceof Composer),
    errorHandlerOf: (bot) => errorHandlers.get(bot),
    duringTurn: (telegram, turn, run) =>
      clients.duringTurn(telegram, () => duringSessionsOf(turn, run)),
  };
}
