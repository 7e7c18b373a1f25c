import {
  checkEvent,
  checkKey,
  eventForChat,
  InvalidEventError,
  timeOf,
  waitingKey,
  type BotEvent,
  type WaitingEvent,
} from '@chatlane/contracts';
import { addressOf } from '../files/address.js';
import type { SendEvents } from '../turn/send-events.js';
import type { TurnContext, TurnInfo, TurnOutbox } from '../turn/turn.js';
import type { EventFilter } from './event-filter.js';

/** Creates `ctx.later`, `ctx.cancelLater` and `ctx.inLane` for one turn. */
export function createSendEvents(ctx: Omit<TurnContext, keyof SendEvents>): SendEvents {
  const context = ctx as TurnContext;
  return {
    async later(when, event, data, { key } = {}) {
      const address = addressOf(context);
      if (address === undefined) {
        throw new Error(
          'ctx.later: this update has no chat. Name one: ctx.inLane(chatId, name, data, { at }).',
        );
      }
      return wait(
        context.turn,
        { name: nameOf(event), data: data ?? null, address },
        dueAt(when),
        key,
      );
    },
    async cancelLater(key) {
      const { turn } = context;
      const record = recordKey(turn, checkKey(key));
      const waiting = await turn.sessions.get(record);
      if (waiting === undefined) return false;
      turn.sessions.stage(record, undefined);
      stageRemoval(turn, waiting);
      return true;
    },
    inLane(chatId, event, data, options) {
      const forwarded = eventForChat(chatId, nameOf(event), data, options);
      outboxOf(context.turn).stage('event', JSON.stringify(forwarded));
    },
  };
}

/**
 * Stages a waiting event: the event itself in the outbox, and a record beside the lane's sessions, which says which
 * request its key stands for. Only that request is handled, so requests and their removals may arrive in any order.
 */
export async function wait(
  turn: TurnInfo,
  event: Pick<BotEvent, 'name' | 'data' | 'address'>,
  at: number,
  key?: string,
): Promise<string> {
  checkEvent(event.name, event.data);
  if (key !== undefined) checkKey(key);
  const { lane, sessionUser } = event.address;
  const staged = { key: key ?? '', request: '' };
  // Before anything is awaited, so that a handler that does not await `ctx.later` loses nothing.
  const replaced = key === undefined ? undefined : turn.sessions.get(recordKey(turn, key));
  outboxOf(turn).stage('later', (entry) => {
    // Telegram may restart its update_ids after a quiet week, but the event may wait for years.
    staged.request = `${entry}.${Date.now().toString(36)}`;
    staged.key ||= entry;
    const { key, request } = staged;
    const payload: BotEvent = { ...event, key, request };
    const user = sessionUser !== undefined && { sessionUser };
    const waiting: WaitingEvent = { id: request, at, lane, ...user, kind: 'event', payload };
    return JSON.stringify(waiting);
  });
  turn.sessions.stage(
    recordKey(turn, staged.key),
    JSON.stringify({ request: staged.request, at }),
    0,
  );
  const waiting = await replaced;
  if (waiting !== undefined) stageRemoval(turn, waiting);
  return staged.key;
}

/** The session key of the record of a waiting event. */
export function recordKey({ lane, sessionKey = `${lane}:` }: TurnInfo, key: string): string {
  return waitingKey(sessionKey, key);
}

/** Best effort: the record decides what is handled, but a replaced event should not wait for years. */
function stageRemoval(turn: TurnInfo, record: string): void {
  const { request } = JSON.parse(record) as { request: string };
  outboxOf(turn).stage('cancel-later', JSON.stringify({ id: request }));
}

function dueAt(when: number | Date): number {
  if (typeof when !== 'number') return timeOf(when);
  if (!(when >= 0)) {
    throw new InvalidEventError('at', 'a date, or a number of milliseconds from now, at least 0');
  }
  return timeOf(Date.now() + when);
}

function nameOf(event: string | Pick<EventFilter<unknown>, 'eventName'>): string {
  return typeof event === 'string' ? event : event.eventName;
}

function outboxOf({ outbox }: TurnInfo): TurnOutbox {
  if (outbox) return outbox;
  throw new Error(
    'ctx.turn.outbox is missing: events can only be sent in the turns of a worker with an outbox.',
  );
}
