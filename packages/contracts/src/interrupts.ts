import { commandIn } from './command.js';
import type { LaneEvent } from './events.js';
import { asFields } from './fields.js';

/** An interrupting update: the username of the bot that it is addressed to, if it names one. */
export interface Interruption {
  addressee?: string;
}

/** Determines whether an update, besides being queued in its lane, interrupts its user's running turn. */
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

/** What users write or press and may take back. */
const stoppable: ReadonlySet<string> = new Set([
  'message',
  'edited_message',
  'callback_query',
  'message_reaction',
]);

/**
 * Whether the user may interrupt the turn that handles this event. False for what has happened regardless of the user's
 * wishes: payments, changes of members, and internal events such as a finished download.
 */
export function canBeInterrupted(event: LaneEvent): boolean {
  if (event.type !== 'update' || !stoppable.has(event.kind)) return false;
  const payload = asFields(event.update[event.kind]) ?? {};
  return !('successful_payment' in payload || 'refunded_payment' in payload);
}
