import { commandIn } from './command.js';
import type { LaneEvent } from './events.js';
import { asFields } from './fields.js';

/** What an interrupting update says: the username of the bot it is addressed to, if it names one. */
export interface Interruption {
  addressee?: string;
}

/** Reads whether an update, besides taking its place in the lane, is to stop the turn that its user has there. */
export function interruptionIn(
  kind: string,
  payload: unknown,
  cancelCommands: readonly string[],
): Interruption | undefined {
  if (kind === 'stopped_message_generation') return {};
  const command = kind === 'message' ? commandIn(payload) : undefined;
  if (!command) return undefined;
  const { name, ...addressed } = command;
  return cancelCommands.some((each) => each.toLowerCase() === `/${name}`) ? addressed : undefined;
}

/** What users say or press, and may take back. */
const stoppable: ReadonlySet<string> = new Set([
  'message',
  'edited_message',
  'callback_query',
  'message_reaction',
]);

/**
 * Whether its user may stop the turn that handles this event. False for what has happened whatever the user
 * wants now: payments, changes of members, and events of Chatlane's own, such as a finished download.
 */
export function canBeInterrupted(event: LaneEvent): boolean {
  if (event.type !== 'update' || !stoppable.has(event.kind)) return false;
  const payload = asFields(event.update[event.kind]) ?? {};
  return !('successful_payment' in payload || 'refunded_payment' in payload);
}
