import type { BotContext } from '@chatlane/bot';
import type { LaneEvent } from '@chatlane/contracts';
import type { HandleTurn, Turn } from '@chatlane/lanes';
import { answerInPlace, giveTurn, receiveEvent } from '@chatlane/middleware';
import { TurnOverError, type TelegramClient } from '@chatlane/telegram';
import type { Composer, Telegram } from 'telegraf';
import type { Update, UserFromGetMe } from 'telegraf/types';
import { classifyError } from './classify-error.js';
import type { FindDueSchedule } from './due-schedules.js';
import { createTurnInfo, type SharedTurnInfo } from './turn-info.js';
import { telegrafContext } from './telegraf/context.js';
import type { TelegrafHost } from './telegraf/host.js';
import type { UnawaitedCalls } from './unawaited-calls.js';

/** Options of `createRunBot`. */
export interface RunBotOptions extends SharedTurnInfo {
  bot: Composer<BotContext>;
  client: Pick<TelegramClient, 'forTurn'>;
  /** What is known about the bot's copy of Telegraf. Default: the bot uses the worker's copy, and no `bot.catch`. */
  telegraf?: Pick<TelegrafHost, 'copyOf' | 'errorHandlerOf' | 'duringTurn' | 'handlers' | 'late'>;
  /** The bot's user, fetched once at startup, so that the first update does not have to call getMe. */
  botInfo: () => UserFromGetMe;
  /** Waits for the calls that a handler did not await. */
  settle?: UnawaitedCalls['settle'];
  /** Finds the schedule that an event is about. Default: there are none. */
  findDueSchedule?: FindDueSchedule;
  /** Receives the context of each turn. */
  contexts?: WeakMap<Turn, object>;
}

/**
 * Handles an event with the bot, like `Telegraf.handleUpdate`, with five differences: every turn has its own client,
 * which rejects all calls once the turn is over; replies go to where the update came from, in every kind of chat; the
 * turn lasts until its handlers and calls have ended, awaited or not; no time limit races the handler; and errors reach the
 * lane, unless the handler of `bot.catch` handles them.
 */
export function createRunBot(options: RunBotOptions): HandleTurn {
  const { bot, client, botInfo, settle, contexts, telegraf, findDueSchedule } = options;
  const copy = telegraf?.copyOf(bot);
  const OwnTelegram = copy?.Telegram as typeof Telegram | undefined;
  const { contextType: OwnContext, properties } = telegrafContext(bot, copy);
  const hasProperties = Object.keys(properties).length > 0;
  return async function runBot(turn) {
    const telegram = client.forTurn(turn, OwnTelegram);
    const settled = (): Promise<void> => settle?.(telegram, turn.lane) ?? Promise.resolve();
    const me = botInfo();
    // The bot's own middleware adds the scenes and the session that BotContext declares.
    const ctx = new OwnContext(toUpdate(turn.event), telegram, me) as BotContext;
    if ('telegram' in bot) Object.assign(bot, { botInfo: me });
    if (hasProperties) Object.assign(ctx, properties);
    giveTurn(ctx, createTurnInfo(turn, options, settled), me.id);
    let hasEnded = false;
    ctx.turn.onUse = (what) => hasEnded && telegraf?.late.used(what, turn);
    if (turn.event.type === 'update') answerInPlace(ctx);
    else if (!(await receiveEvent(ctx))) return;
    const runSchedule = await findDueSchedule?.(ctx);
    contexts?.set(turn, ctx);
    const handlers = telegraf?.handlers.begin(ctx, settled);
    const run = async (): Promise<void> => {
      try {
        // A bot may add handlers at any time.
        if (runSchedule) await runSchedule();
        else await bot.middleware()(ctx, () => Promise.resolve());
        await handlers?.settledAfter(0);
      } catch (error) {
        const handleError = telegraf?.errorHandlerOf(bot);
        if (!handleError || isLeftToLane(error)) throw error;
        await handleError(error, ctx);
      }
      await settled();
    };
    if (!telegraf) return run();
    try {
      await telegraf.duringTurn(telegram, ctx.turn, run);
    } finally {
      hasEnded = true;
      handlers?.end();
      telegraf.late.watch(telegram, turn);
    }
  };
}

/** Whether the lane must see this error: its turn runs again without harm, so `bot.catch` must not make it count as done. */
function isLeftToLane(error: unknown): boolean {
  return error instanceof TurnOverError || classifyError(error).next === 'put-off';
}

/** To the bot, an internal event looks like an update of its own kind, so that all events take the same path. */
function toUpdate(event: LaneEvent): Update {
  return event.type === 'update'
    ? (event.update as unknown as Update)
    : ({ update_id: 0, [event.kind]: event.payload } as unknown as Update);
}
