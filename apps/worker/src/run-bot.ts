import type { BotContext } from '@chatlane/bot';
import type { LaneEvent } from '@chatlane/contracts';
import type { HandleTurn, Turn } from '@chatlane/lanes';
import { answerInPlace, createEffect } from '@chatlane/middleware';
import type { TelegramClient } from '@chatlane/telegram';
import type { Composer } from 'telegraf';
import type { Update, UserFromGetMe } from 'telegraf/types';
import { createTurnInfo, type SharedTurnInfo } from './turn-info.js';
import { telegrafContext } from './telegraf-context.js';
import type { UnawaitedCalls } from './unawaited-calls.js';

export interface RunBotOptions extends SharedTurnInfo {
  bot: Composer<BotContext>;
  client: Pick<TelegramClient, 'forTurn'>;
  /** Read once at the start, so that no first update of a worker has to ask for it. */
  botInfo: () => UserFromGetMe;
  /** Waits for the calls that a handler did not wait for. */
  settle?: UnawaitedCalls['settle'];
  /** Where each turn's context can be found. */
  contexts?: WeakMap<Turn, object>;
}

/**
 * Runs the bot on an event, as `Telegraf.handleUpdate` would, with five differences: every turn has a
 * client of its own that falls silent when the turn is over, answers go where the update came from in every kind of
 * chat, the turn lasts until its calls have ended, no time limit races the handler, and errors reach the lane.
 */
export function createRunBot(options: RunBotOptions): HandleTurn {
  const { bot, client, botInfo, settle, contexts } = options;
  const middleware = bot.middleware();
  const { contextType: OwnContext, properties } = telegrafContext(bot);
  const hasProperties = Object.keys(properties).length > 0;
  return async function runBot(turn) {
    const telegram = client.forTurn(turn);
    const settled = (): Promise<void> => settle?.(telegram, turn.lane) ?? Promise.resolve();
    const me = botInfo();
    // The scenes and the session that BotContext promises are added by the bot's own middleware.
    const ctx = new OwnContext(toUpdate(turn.event), telegram, me) as BotContext;
    if (hasProperties) Object.assign(ctx, properties);
    ctx.turn = createTurnInfo(turn, options, settled);
    ctx.effect = createEffect(ctx.turn, me.id);
    if (turn.event.type === 'update') answerInPlace(ctx);
    contexts?.set(turn, ctx);
    await middleware(ctx, () => Promise.resolve());
    await settled();
  };
}

/** An internal event looks to the bot like an update of its own kind, so that the bot has one way in. */
function toUpdate(event: LaneEvent): Update {
  return event.type === 'update'
    ? (event.update as unknown as Update)
    : ({ update_id: 0, [event.kind]: event.payload } as unknown as Update);
}
