import type { BotContext } from '@chatlane/bot';
import type { LaneEvent } from '@chatlane/contracts';
import type { HandleTurn, Turn } from '@chatlane/lanes';
import type { TurnInfo } from '@chatlane/middleware';
import type { TelegramRoad } from '@chatlane/telegram';
import { Context, type Composer } from 'telegraf';
import type { Update, UserFromGetMe } from 'telegraf/types';

export interface RunBotOptions {
  bot: Composer<BotContext>;
  road: Pick<TelegramRoad, 'forTurn'>;
  /** Read once at the start, so that no first update of a worker has to ask for it. */
  botInfo: () => UserFromGetMe;
  /** Counts what the middleware meets. */
  count?: NonNullable<TurnInfo['count']>;
}

/**
 * Runs the bot on an event, as `Telegraf.handleUpdate` would, with three differences: every turn has a
 * client of its own that falls silent when the turn is over, no time limit races the handler, and errors
 * reach the lane.
 */
export function createRunBot({ bot, road, botInfo, count }: RunBotOptions): HandleTurn {
  const middleware = bot.middleware();
  return async function runBot(turn) {
    const context = new Context(toUpdate(turn.event), road.forTurn(turn), botInfo());
    // The scenes and the session that BotContext promises are added by the bot's own middleware.
    const ctx = Object.assign(context, { turn: turnInfo(turn, count) }) as BotContext;
    await middleware(ctx, () => Promise.resolve());
  };
}

/** An internal event looks to the bot like an update of its own kind, so that the bot has one way in. */
function toUpdate(event: LaneEvent): Update {
  return event.type === 'update'
    ? (event.update as unknown as Update)
    : ({ update_id: 0, [event.kind]: event.payload } as unknown as Update);
}

function turnInfo(turn: Turn, count: TurnInfo['count']): TurnInfo {
  const { lane, attempt, lastAttempt, sessionKey, sessions } = turn;
  return {
    lane,
    eventId: eventId(turn.event),
    attempt,
    lastAttempt,
    sessionKey,
    sessions,
    ...(count && { count }),
    get signal() {
      return turn.signal;
    },
  };
}

/** The same on every try; an internal event's can be no update's. */
function eventId(event: LaneEvent): string {
  return event.type === 'update' ? String(event.updateId) : `i:${event.id}`;
}
