import { canBeInterrupted, isAddressedTo, sessionKey } from '@chatlane/contracts';
import {
  createSteadySubscription,
  databaseOf,
  type Redis,
  type SteadySubscription,
} from '@chatlane/redis';
import { deploymentKeys } from '../keys.js';
import type { Turn } from '../turn/turn.js';

/** The message that the push of an interrupting update publishes to every worker. */
export interface Interruption {
  lane: string;
  updateId: number;
  /** The user whose turn is stopped, as `readUpdate` returns them. */
  sessionUser: string;
  /** Username of the bot that the update addresses. Undefined when it names none. */
  addressee: string | undefined;
}

export function encodeInterruption(interruption: Interruption): string {
  const { lane, updateId, sessionUser, addressee } = interruption;
  return [lane, updateId, sessionUser, addressee ?? ''].join('|');
}

/** Undefined for the message of another version: missing an interruption is better than stopping the wrong turn. */
function decodeInterruption(message: string): Interruption | undefined {
  const [lane, updateId, sessionUser, addressee] = message.split('|');
  if (lane === undefined || sessionUser === undefined) return undefined;
  return { lane, updateId: Number(updateId), sessionUser, addressee: addressee || undefined };
}

/**
 * Subscribes to interruptions: a user's `/cancel` stops that user's running turn, on any worker.
 *
 * @param redis a `wait` connection, from which the subscription opens its own
 */
export function createInterrupts(
  redis: Redis,
  name: string,
  onInterruption: (interruption: Interruption) => void,
  onTrouble: (error: unknown) => void,
): SteadySubscription {
  const database = databaseOf(redis);
  return createSteadySubscription({
    redis,
    channels: [deploymentKeys(name).interrupt(database)],
    onMessage(message) {
      const interruption = decodeInterruption(message);
      if (interruption) onInterruption(interruption);
    },
    onTrouble,
  });
}

/**
 * Whether an interruption in the turn's lane stops the turn. Only the turn's own user can stop it, with a command that
 * names this bot or none. The interrupting update is itself an event of the lane, and stops neither its own turn nor a
 * later one.
 */
export function isStoppedBy(
  { event, sessionKey: ofTurn }: Pick<Turn, 'event' | 'sessionKey'>,
  { lane, updateId, sessionUser, addressee }: Interruption,
  botUsername: string | undefined,
): boolean {
  return (
    event.type === 'update' &&
    event.updateId < updateId &&
    ofTurn === sessionKey(lane, sessionUser) &&
    isAddressedTo(botUsername, addressee) &&
    canBeInterrupted(event)
  );
}
