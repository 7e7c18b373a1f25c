import type { BotContext } from '@chatlane/bot';
import type { LaneEvent } from '@chatlane/contracts';
import type { HandleTurn, Turn } from '@chatlane/lanes';
import { answerInPlace, createEffect, type TurnInfo } from '@chatlane/middleware';
import type { TelegramRoad } from '@chatlane/telegram';
import type { Composer } from 'telegraf';
import type { Update, UserFromGetMe } from 'telegraf/types';
import { ownContext } from './own-context.js';
import type { Unawaited } from './unawaited.js';

export interface RunBotOptions {
  bot: Composer<BotContext>;
  road: Pick<TelegramRoad, 'forTurn'>;
  /** Read once at the start, so that no first update of a worker has to ask for it. */
  botInfo: () => UserFromGetMe;
  /** The deployment's name, for sessions in a database that other deployments use too. */
  deployment?: string;
  /** What other workers' code knows of sessions. */
  sessionVersions?: NonNullable<TurnInfo['sessionVersions']>;
  /** Counts what the middleware meets. */
  count?: NonNullable<TurnInfo['count']>;
  /** Waits for the calls that a handler did not wait for. */
  settle?: Unawaited['settle'];
  /** Where each turn's context can be found. */
  contexts?: WeakMap<Turn, object>;
}

/**
 * Runs the bot on an event, as `Telegraf.handleUpdate` would, with five differences: every turn has a
 * client of its own that falls silent when the turn is over, answers go where the update came from in every kind of
 * chat, the turn lasts until its calls have ended, no time limit races the handler, and errors reach the lane.
 */
export function createRunBot(options: RunBotOptions): HandleTurn {
  const { bot, road, botInfo, settle, contexts } = options;
  const middleware = bot.middleware();
  const { contextType: OwnContext, properties } = ownContext(bot);
  return async function runBot(turn) {
    const client = road.forTurn(turn);
    const settled = () => settle?.(client, turn.lane) ?? Promise.resolve();
    const context = new OwnContext(toUpdate(turn.event), client, botInfo());
    // The scenes and the session that BotContext promises are added by the bot's own middleware.
    const info = turnInfo(turn, options, settled);
    const ctx = Object.assign(context, properties, {
      turn: info,
      effect: createEffect(info, botInfo().id),
    }) as BotContext;
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

function turnInfo(
  turn: Turn,
  {
    deployment,
    sessionVersions,
    count,
  }: Pick<RunBotOptions, 'deployment' | 'sessionVersions' | 'count'>,
  settled: () => Promise<void>,
): TurnInfo {
  const { lane, attempt, lastAttempt, waitedMs, fate, sessionKey, sessions, outbox, journal } =
    turn;
  return {
    ...(deployment !== undefined && { deployment }),
    ...(sessionVersions && { sessionVersions }),
    lane,
    eventId: eventId(turn.event),
    attempt,
    isRepeat: turn.isRepeat,
    lastAttempt,
    waitedMs,
    fate,
    sessionKey,
    sessions,
    outbox,
    journal,
    ...(count && { count }),
    settled,
    get signal() {
      return turn.signal;
    },
  };
}

/** The same on every try; an internal event's can be no update's. */
function eventId(event: LaneEvent): string {
  return event.type === 'update' ? String(event.updateId) : `i:${event.id}`;
}
