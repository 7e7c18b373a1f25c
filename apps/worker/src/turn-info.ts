import type { LaneEvent } from '@chatlane/contracts';
import type { Turn } from '@chatlane/lanes';
import type { TurnInfo } from '@chatlane/middleware';

/** What all turns of a worker have in common. */
export type SharedTurnInfo = Pick<TurnInfo, 'deployment' | 'sessionVersions' | 'count'>;

const TURN = Symbol('turn');

/**
 * One getter for all turns, and asked only for what needs it: an own getter that each object has another function for
 * makes V8 keep every one of them as a hash table.
 */
const signal: PropertyDescriptor & ThisType<{ [TURN]: Turn }> = {
  configurable: true,
  enumerable: true,
  get() {
    return this[TURN].signal;
  },
};

/**
 * What a bot is told about a turn.
 *
 * @param settled resolves when the turn's calls have ended
 */
export function createTurnInfo(
  turn: Turn,
  { deployment, sessionVersions, count }: SharedTurnInfo,
  settled: () => Promise<void>,
): TurnInfo {
  const info: Omit<TurnInfo, 'signal'> & { [TURN]: Turn } = {
    [TURN]: turn,
    lane: turn.lane,
    eventId: eventId(turn.event),
    attempt: turn.attempt,
    isRepeat: turn.isRepeat,
    lastAttempt: turn.lastAttempt,
    waitedMs: turn.waitedMs,
    fate: turn.fate,
    sessionKey: turn.sessionKey,
    sessions: turn.sessions,
    outbox: turn.outbox,
    journal: turn.journal,
    settled,
  };
  if (deployment !== undefined) info.deployment = deployment;
  if (sessionVersions) info.sessionVersions = sessionVersions;
  if (count) info.count = count;
  return Object.defineProperty(info, 'signal', signal) as unknown as TurnInfo;
}

/** The same on every try; an internal event's can be no update's. */
function eventId(event: LaneEvent): string {
  return event.type === 'update' ? String(event.updateId) : `i:${event.id}`;
}
