import { sessionKey } from '@chatlane/contracts';
import type { Envelope } from '../envelope.js';
import type { TurnReport } from '../observer.js';
import type { OpenedLane, Settled } from '../scripts.js';
import type { TriedHead } from '../turn/failure-decision.js';
import { StagedOutbox } from '../turn/outbox.js';
import { StagedSessions } from '../turn/staged-sessions.js';
import { TurnEffects } from '../turn/turn-effects.js';
import type { HeldLane } from './held-lane.js';

/** As in advance.lua: the score of a held lane in `oldest` is updated only once it is off by this much. */
const OLDEST_LAGS_MS = 1_000;

/** The head of a held lane, and the number of the current attempt at it. */
export interface Head extends TriedHead {
  envelope: Envelope;
  /** The JSON of its session. */
  session: string | undefined;
  /** The user has been notified that the event failed, in this attempt or an earlier one. */
  notified: boolean;
  /** The event was begun before, in attempts that were not counted. */
  begun: boolean;
  /** Id of the event that this holder ended before this one; empty for the first. */
  last: string;
  /** The lane's score in `oldest`, in Redis milliseconds. While a lane is held, it may lag by up to a second. */
  oldestAt: number;
  effects: TurnEffects;
}

/** What a turn has staged. */
export interface Staged {
  sessions: StagedSessions;
  outbox: StagedOutbox;
}

/** The first head of a lane that was just opened. */
export function firstHead(held: HeldLane, opened: OpenedLane): Head {
  const { envelope, journal } = opened;
  return {
    ...opened,
    last: '',
    oldestAt: envelope.arrivedAt,
    effects: effectsOf(held, envelope, journal),
  };
}

/** The head after this one. Undefined when the worker no longer holds the lane. */
export function nextHead(
  held: HeldLane,
  head: Head,
  settled: Settled | undefined,
  sessions: StagedSessions,
): Head | undefined {
  if (settled?.state !== 'next' && settled?.state !== 'next-same-session') return undefined;
  const { envelope } = settled;
  const moved = Math.abs(envelope.arrivedAt - head.oldestAt) >= OLDEST_LAGS_MS;
  return {
    envelope,
    session: settled.state === 'next' ? settled.session : sessions.ownAfterCommit(),
    attempts: 1,
    deaths: 0,
    putOffMs: 0,
    notified: false,
    begun: false,
    last: head.envelope.id,
    oldestAt: moved ? envelope.arrivedAt : head.oldestAt,
    effects: effectsOf(held, envelope, undefined),
  };
}

/** Reads the head's session again, after it may have changed. */
export async function readSession(held: HeldLane, head: Head): Promise<string | undefined> {
  const { sessionUser } = head.envelope;
  if (sessionUser === undefined) return undefined;
  const { keys, lane } = held.lease;
  return (await held.holder.redis.get(keys.session(sessionKey(lane, sessionUser)))) ?? undefined;
}

/** Where the head's turn stages what its commit will write. */
export function openStaging({ holder, lease, now }: HeldLane, head: Head): Staged {
  const { lane, keys } = lease;
  const { id, sessionUser } = head.envelope;
  const own =
    sessionUser === undefined
      ? undefined
      : { key: sessionKey(lane, sessionUser), json: head.session };
  const { sessionTtlSeconds } = holder.settings;
  return {
    sessions: new StagedSessions(holder.redis, keys, lane, sessionTtlSeconds, own),
    outbox: new StagedOutbox(lane, id, now, holder.outbox.isOpen),
  };
}

/** Describes the head's turn to observers. */
export function reportOf(held: HeldLane, head: Head, startedAt: number): TurnReport {
  const { id, kind } = head.envelope;
  return {
    lane: held.lease.lane,
    eventId: id,
    kind,
    attempt: head.attempts,
    durationMs: performance.now() - startedAt,
  };
}

function effectsOf(
  { holder, lease, now }: HeldLane,
  { id }: Envelope,
  journal: string | undefined,
): TurnEffects {
  return new TurnEffects({
    redis: holder.redis,
    key: lease.keys.effects(lease.lane),
    eventId: id,
    inherited: journal,
    now,
    isHeld: () => lease.isHeld(),
    onTrouble: (error) => holder.observer?.trouble?.('journal', error),
  });
}
