import type { Redis } from '@chatlane/redis';
import type { Envelope } from './envelope.js';
import type { FailurePolicy } from './failure-policy.js';
import type { Lease } from './lease.js';
import type { LaneObserver, TurnOutcome } from './observer.js';
import { buryScript, commitScript, failScript, handBackScript, type Settled } from './scripts.js';
import type { StagedOutbox } from './outbox.js';
import type { OutboxRelay } from './outbox-relay.js';
import type { StagedSessions } from './staged-sessions.js';
import type { WakeUps } from './wake-ups.js';

/** A week. */
const LONGEST_REST_MS = 7 * 24 * 3_600_000;

/** The rest when what was asked for is no length of time. */
const UNREADABLE_REST_MS = 1_000;

export interface SettlementContext {
  redis: Redis;
  wakeUps: WakeUps;
  failurePolicy: FailurePolicy;
  outbox: OutboxRelay;
  observer: LaneObserver | undefined;
}

/** The head of the lane, and which attempt at it this is. */
export interface Head {
  envelope: Envelope;
  attempts: number;
  /** Id of the event this holder ended before it; empty for the first. */
  last: string;
  /** The lane's score in `oldest`, in Redis milliseconds: while a lane is held it may lag behind its head a second. */
  oldestAt: number;
}

/** A turn's outcome, and what became of the lane; undefined: it is no longer ours. */
export interface Ended {
  outcome: TurnOutcome;
  settled?: Settled;
  error?: unknown;
}

/** What a turn has staged. */
export interface Staged {
  sessions: StagedSessions;
  outbox: StagedOutbox;
}

/** The ways a turn can end, each one script behind the lease's fence. */
export interface Settlement {
  /** `spent`: give the lane back though mail is left. */
  commit(hand: Head, staged: Staged | undefined, spent: boolean): Promise<Settled>;
  /** Rests the lane for another attempt; at the limit, or when trying again cannot help, gives the event up. */
  fail(hand: Head, error: unknown, spent: boolean): Promise<Ended>;
  /** Buries the event, or blocks the lane: as the policy says. */
  giveUp(hand: Head, error: unknown, spent: boolean): Promise<Ended>;
  handBack(): Promise<Ended>;
  /** Rests the lane before its head has been tried. */
  wait(restMs: number): Promise<Ended>;
}

export function createSettlement(context: SettlementContext, lease: Lease): Settlement {
  const { redis, wakeUps, failurePolicy, outbox, observer } = context;
  const { lane, keys } = lease;

  function laneArguments(hand: Head, spent: boolean): (string | number)[] {
    const { envelope, last, attempts, oldestAt } = hand;
    const mode = spent ? 'yield' : 'continue';
    const user = envelope.sessionUser ?? '-';
    return [lane, lease.epoch, envelope.id, last, mode, user, attempts, oldestAt];
  }

  /** The lane is waking in Redis already: a wake-up that cannot be added now is found by the sweep. */
  async function wake(at: number): Promise<void> {
    await wakeUps.wake(lane, at).catch((error) => observer?.trouble?.('wake-up', error));
  }

  async function woken(settled: Settled): Promise<Settled> {
    if (settled.state === 'yielded') await wake(settled.at);
    return settled;
  }

  /** Lets the lane go with its event still the head: to rest, or to wait for an operator. */
  async function putOff(
    error: unknown,
    restMs: number | 'block',
    attempt: 'counted' | 'uncounted',
  ): Promise<Ended> {
    const letGo = await failScript.run(
      redis,
      [keys.lane(lane), keys.held, keys.resting, keys.paused],
      [lane, lease.epoch, restMs, attempt],
    );
    if (letGo.state === 'fenced') return { outcome: 'fenced', error };
    if (restMs === 'block') return { outcome: 'blocked', error };
    if (letGo.state === 'gone-on') {
      await wakeUps
        .wakeAfter(lane, letGo.at, restMs)
        .catch((trouble) => observer?.trouble?.('wake-up', trouble));
    }
    return { outcome: 'failed', error };
  }

  async function giveUp(hand: Head, error: unknown, spent: boolean): Promise<Ended> {
    if (failurePolicy.atTheLimit === 'block') return putOff(error, 'block', 'counted');
    const id = hand.envelope.id;
    const settled = await buryScript.run(redis, keys.scope, [
      ...laneArguments(hand, spent),
      JSON.stringify(describe(error)),
      id,
    ]);
    const outcome = settled.state === 'fenced' ? 'fenced' : 'buried';
    return { outcome, settled: await woken(settled), error };
  }

  return {
    async commit(hand, staged, spent) {
      const args = laneArguments(hand, spent);
      const entries = staged?.outbox.entries ?? [];
      args.push((staged?.sessions.size ?? 0) + entries.length);
      staged?.sessions.addTo(args);
      for (const { stored } of entries) args.push('', stored, '>');
      const settled = await commitScript.run(redis, keys.scope, args);
      if (settled.state !== 'fenced') outbox.deliver(keys, entries);
      return woken(settled);
    },
    async fail(hand, error, spent) {
      const verdict = failurePolicy.judge(error);
      const waits = verdict.next === 'wait';
      const atLimit =
        verdict.next === 'never' || (!waits && hand.attempts >= failurePolicy.maxAttempts);
      if (atLimit) return giveUp(hand, error, spent);
      return waits
        ? putOff(error, restOf(verdict.forMs), 'uncounted')
        : putOff(error, restOf(failurePolicy.backOffMs(hand.attempts)), 'counted');
    },
    async wait(restMs) {
      const { outcome } = await putOff(undefined, restMs, 'uncounted');
      return { outcome: outcome === 'fenced' ? 'fenced' : 'waits' };
    },
    giveUp,
    async handBack() {
      const letGo = await handBackScript.run(
        redis,
        [keys.lane(lane), keys.held, keys.waking, keys.paused],
        [lane, lease.epoch],
      );
      if (letGo.state === 'gone-on') await wake(letGo.at);
      return { outcome: letGo.state === 'fenced' ? 'fenced' : 'handed-back' };
    },
  };
}

/** A whole number of milliseconds: with one that is none the lane would end up in no state at all. */
function restOf(ms: number): number {
  return ms >= 0 ? Math.ceil(Math.min(ms, LONGEST_REST_MS)) : UNREADABLE_REST_MS;
}

function describe(error: unknown): { name: string; message: string; stack?: string } {
  if (!(error instanceof Error))
    return { name: 'NotAnError', message: 'The handler threw no Error.' };
  const { name, message, stack } = error;
  return stack === undefined ? { name, message } : { name, message, stack };
}
