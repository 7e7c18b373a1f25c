import { canBeInterrupted, isAddressedTo, sessionKey } from '@chatlane/contracts';
import {
  createSteadySubscription,
  databaseOf,
  type Redis,
  type SteadySubscription,
} from '@chatlane/redis';
import { deploymentKeys } from './keys.js';
import type { Turn } from './turn.js';

/** What the push of an interrupting update publishes, and every worker receives. */
export interface Interruption {
  lane: string;
  updateId: number;
  /** Whose turn is to be stopped, as `readUpdate` gives it. */
  sessionUser: string;
  /** Username of the bot that is addressed; undefined: the update names none. */
  addressee: string | undefined;
}

export function encodeInterruption(interruption: Interruption): string {
  const { lane, updateId, sessionUser, addressee } = interruption;
  return [lane, updateId, sessionUser, addressee ?? ''].join('|');
}

/** Undefined for what another version published: better a turn that goes on than one of another user stopped. */
function decodeInterruption(message: string): Interruption | undefined {
  const [lane, updateId, sessionUser, addressee] = message.split('|');
  if (lane === undefined || sessionUser === undefined) return undefined;
  return { lane, updateId: Number(updateId), sessionUser, addressee: addressee || undefined };
}

/**
 * Listens for interruptions: a user's `/cancel` stops the turn that the user has in hand, on any worker.
 *
 * @param redis a `wait` connection; the subscription has a connection of its own, made from it
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
 * Whether an interruption in its lane stops this turn. Only the user whose turn it is can stop it, with a command
 * that names this bot or none. The interrupting update waits in the lane itself: it stops neither its own turn nor
 * a later one.
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
