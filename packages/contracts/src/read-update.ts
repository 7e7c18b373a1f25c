import { asFields } from './fields.js';
import { interruptionIn } from './interrupts.js';
import { payloadField } from './kinds.js';
import { laneOf } from './lane-of.js';
import { sessionUserOf } from './session-user.js';

/** What the way of an update through the lanes depends on, read from its body once. */
export interface RoutedUpdate {
  updateId: number;
  /** The payload field's name; 'unknown' when there is none, or none that can be a label. */
  kind: string;
  /** The ordered way this update takes: printable ASCII without spaces, at most 120 characters. */
  lane: string;
  /** Id of the sender (a user, or the chat somebody writes as), '' = the chat's own session, undefined = none. */
  sessionUser: string | undefined;
  /** Whether it also stops the turn that its user has running in its lane. */
  interrupts: boolean;
  /** Username of the bot that an interrupting command is addressed to, as in `/cancel@some_bot`; absent: none. */
  addressee?: string;
}

/** Settings of `readUpdate`. */
export interface ReadUpdateOptions {
  /** Commands that stop their user's running turn, with the slash, in any case. Default `['/cancel']`. */
  cancelCommands?: readonly string[];
}

/**
 * Reads a parsed webhook body. Never throws: any object with an `update_id` gets a lane, whatever
 * its other fields hold. Undefined when it is no update: no object, or no integer `update_id` from
 * 0 to 2^53-1 (the server's own are below 2^31: td TQueue).
 *
 * @example
 * readUpdate({ update_id: 7, message: { chat: { id: 5 }, from: { id: 5 }, text: 'hi' } });
 * // { updateId: 7, kind: 'message', lane: 'c:5', sessionUser: '5', interrupts: false }
 */
export function readUpdate(
  body: unknown,
  options: ReadUpdateOptions = {},
): RoutedUpdate | undefined {
  const update = asFields(body);
  const updateId = update?.['update_id'];
  if (!update || !isUpdateId(updateId)) return undefined;
  const field = payloadField(update);
  const payload = field === undefined ? undefined : update[field];
  const kind = field !== undefined && /^[a-z][a-z0-9_]{0,63}$/.test(field) ? field : 'unknown';
  const lane = laneOf(updateId, kind, payload);
  const interruption = interruptionIn(kind, payload, options.cancelCommands ?? ['/cancel']);
  return {
    updateId,
    kind,
    lane,
    sessionUser: sessionUserOf(lane, payload),
    interrupts: interruption !== undefined,
    ...interruption,
  };
}

function isUpdateId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
