import type { LaneEvent } from '@chatlane/contracts';
import type { Turn } from '@chatlane/lanes';
import type { TurnInfo } from '@chatlane/middleware';

/** What all turns of a worker share. */
export type SharedTurnInfo = Pick<TurnInfo, 'deployment' | 'sessionVersions' | 'count'>;

const TURN = Symbol('turn');

/**
 * A getter, so that the signal is created only when it is used, and one for all turns: with a separate function for
 * each object, V8 would store every object in slow dictionary mode.
 */
const signal: PropertyDescriptor & ThisType<{ [TURN]: Turn }> = {
  configurable: true,
  enumerable: true,
  get() {
    return this[TURN].signal;
  },
};

/**
 * Creates `ctx.turn`, what a bot knows about its turn.
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

/** The same in every attempt. The prefix keeps ids of internal events and updates apart. */
function eventId(event: LaneEvent): string {
  return event.type === 'update' ? String(event.updateId) : `i:${event.id}`;
}
