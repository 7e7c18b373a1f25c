import type { Redis } from '@chatlane/redis';
import type { Envelope } from './envelope.js';
import type { FailurePolicy } from './failure-policy.js';
import type { Lease } from './lease.js';
import type { LaneObserver, TurnOutcome } from './observer.js';
import { buryScript, commitScript, failScript, handBackScript, type Settled } from './scripts.js';
import type { StagedSessions } from './staged-sessions.js';
import type { WakeUps } from './wake-ups.js';

export interface SettlementContext {
  redis: Redis;
  wakeUps: WakeUps;
  failurePolicy: FailurePolicy;
  observer: LaneObserver | undefined;
}

/** The head of the lane, and which attempt at it this is. */
export interface Head {
  envelope: Envelope;
  attempts: number;
}

/** A turn's outcome, and what became of the lane; undefined: it is no longer ours. */
export interface Ended {
  outcome: TurnOutcome;
  settled?: Settled;
  error?: unknown;
}

/** The ways a turn can end, each one script behind the lease's fence. */
export interface Settlement {
  /** `spent`: give the lane back though mail is left. */
  commit(hand: Head, sessions: StagedSessions | undefined, spent: boolean): Promise<Settled>;
  /** Rests the lane for another attempt; at the limit, or when trying again cannot help, gives the event up. */
  fail(hand: Head, error: unknown, spent: boolean): Promise<Ended>;
  giveUp(hand: Head, error: unknown, spent: boolean): Promise<Ended>;
  handBack(): Promise<Ended>;
}

export function createSettlement(context: SettlementContext, lease: Lease): Settlement {
  const { redis, wakeUps, failurePolicy, observer } = context;
  const { lane, keys } = lease;
  const laneKeys = [
    keys.mail(lane),
    keys.lane(lane),
    keys.held,
    keys.waking,
    keys.paused,
    keys.oldest,
    keys.sessions(lane),
  ];

  function laneArguments({ envelope, attempts }: Head, spent: boolean): (string | number)[] {
    const user = envelope.sessionUser ?? '-';
    return [lane, lease.epoch, envelope.id, spent ? 'yield' : 'continue', user, attempts];
  }

  /** The lane is waking in Redis already: a wake-up that cannot be added now is found by the sweep. */
  async function wake(at: number): Promise<void> {
    await wakeUps.wake(lane, at).catch((error) => observer?.trouble?.('wake-up', error));
  }

  async function woken(settled: Settled): Promise<Settled> {
    if (settled.state === 'yielded') await wake(settled.at);
    return settled;
  }

  async function giveUp(hand: Head, error: unknown, spent: boolean): Promise<Ended> {
    const id = hand.envelope.id;
    const settled = await buryScript.run(
      redis,
      [...laneKeys, keys.dead, keys.deadLetter(id)],
      [...laneArguments(hand, spent), JSON.stringify(describe(error)), id],
    );
    const outcome = settled.state === 'fenced' ? 'fenced' : 'buried';
    return { outcome, settled: await woken(settled), error };
  }

  return {
    async commit(hand, sessions, spent) {
      const staged = sessions?.commitArguments() ?? { keys: [], args: [] };
      const settled = await commitScript.run(
        redis,
        [...laneKeys, ...staged.keys],
        [...laneArguments(hand, spent), ...staged.args],
      );
      return woken(settled);
    },
    async fail(hand, error, spent) {
      const verdict = failurePolicy.judge(error);
      const waits = verdict.next === 'wait';
      const atLimit =
        verdict.next === 'never' || (!waits && hand.attempts >= failurePolicy.maxAttempts);
      if (atLimit && failurePolicy.atTheLimit === 'bury') return giveUp(hand, error, spent);

      const restMs = Math.ceil(waits ? verdict.forMs : failurePolicy.backOffMs(hand.attempts));
      const letGo = await failScript.run(
        redis,
        [keys.lane(lane), keys.held, keys.resting, keys.paused],
        [lane, lease.epoch, atLimit ? 'block' : restMs, waits ? 'uncounted' : 'counted'],
      );
      switch (letGo.state) {
        case 'fenced':
          return { outcome: 'fenced', error };
        case 'paused':
          return { outcome: 'blocked', error };
        case 'gone-on':
          await wakeUps
            .wakeAfter(lane, letGo.at, restMs)
            .catch((trouble) => observer?.trouble?.('wake-up', trouble));
          return { outcome: 'failed', error };
      }
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

function describe(error: unknown): { name: string; message: string; stack?: string } {
  if (!(error instanceof Error))
    return { name: 'NotAnError', message: 'The handler threw no Error.' };
  const { name, message, stack } = error;
  return stack === undefined ? { name, message } : { name, message, stack };
}
