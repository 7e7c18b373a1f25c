import type { BotEvent, LaterRequest } from '@chatlane/contracts';
import { applyAddress } from '../files/apply-address.js';
import type { TurnContext } from '../turn/turn.js';
import { recordKey, wait } from './create-send-events.js';

/**
 * Prepares the turn of an event that `ctx.later`, `ctx.inLane` or another process has sent. Any other update is left
 * as it is.
 *
 * @returns false when nothing is left for the bot: the event was cancelled or replaced, or is a request to wait
 */
export async function receiveEvent(ctx: TurnContext): Promise<boolean> {
  const { event, event_later: later, event_cancel: cancel } = ctx.update as EventPayloads;
  if (later) {
    await wait(ctx.turn, later.event, later.at, later.key);
    return false;
  }
  if (cancel) {
    await ctx.cancelLater(cancel.key);
    return false;
  }
  if (!event) return true;
  applyAddress(ctx, event.address);
  const { key, request } = event;
  if (key === undefined || request === undefined) return true;
  const { sessions } = ctx.turn;
  const record = recordKey(ctx.turn, key);
  const waiting = await sessions.get(record);
  if (waiting === undefined) return false;
  if ((JSON.parse(waiting) as { request: string }).request !== request) return false;
  sessions.stage(record, undefined);
  return true;
}

interface EventPayloads {
  event?: BotEvent;
  event_later?: LaterRequest;
  event_cancel?: { key: string };
}
