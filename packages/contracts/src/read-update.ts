import { asFields } from './fields.js';
import { interruptionIn } from './interrupts.js';
import { payloadField } from './kinds.js';
import { laneOf } from './lane-of.js';
import { sessionUserOf } from './session-user.js';

/** Everything that decides an update's way through the lanes, read from its body once. */
export interface RoutedUpdate {
  /** The update's `update_id`. */
  updateId: number;
  /** The name of the payload field; 'unknown' when there is none, or its name cannot be a label. */
  kind: string;
  /** The lane of this update: printable ASCII without spaces, at most 120 characters. */
  lane: string;
  /** Id of the sender (a user, or a chat that writes as itself), '' for the chat's own session, undefined for none. */
  sessionUser: string | undefined;
  /** Whether it also interrupts its user's running turn in the lane. */
  interrupts: boolean;
  /**
   * Username of the bot that an interrupting command is addressed to, as in `/cancel@some_bot`; absent when it names
   * none.
   */
  addressee?: string;
}

/** Options of `readUpdate`. */
export interface ReadUpdateOptions {
  /** Commands that interrupt their user's running turn, with the slash, ignoring case. Default `['/cancel']`. */
  cancelCommands?: readonly string[];
}

/**
 * Routes a parsed webhook body. Never throws: any object with an `update_id` gets a lane, whatever its other fields
 * are. Undefined for anything that is not an update, that is, not an object with an integer `update_id` from 0 to
 * 2^53-1 (the server's own are below 2^31: td TQueue).
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
