import type { Redis } from '@chatlane/redis';
import type { TurnEffects } from './effect-journal.js';
import type { Envelope } from './envelope.js';
import { decide, restOf, type TriedHead } from './failure-decision.js';
import type { FailurePolicy } from './failure-policy.js';
import type { Gate } from './gate.js';
import type { Lease } from './lease.js';
import type { LaneObserver, TurnOutcome } from './observer.js';
import { decisionReason, failureReason, workerExitsReason } from './reasons.js';
import { buryScript, commitScript, failScript, handBackScript, type Settled } from './scripts.js';
import type { StagedOutbox } from './outbox.js';
import { PARTITIONS } from './partitions.js';
import type { OutboxRelay } from './outbox-relay.js';
import type { StagedSessions } from './staged-sessions.js';
import type { AbortCause } from './turn.js';
import type { WakeUps } from './wake-ups.js';

/** How long a lane rests whose handler still runs in a process that is about to exit: it has exited by then. */
const EXIT_MS = 5_000;

export interface SettlementContext {
  redis: Redis;
  wakeUps: WakeUps;
  failurePolicy: FailurePolicy;
  gate: Gate;
  outbox: OutboxRelay;
  observer: LaneObserver | undefined;
}

/** The head of the lane, and which attempt at it this is. */
export interface Head extends TriedHead {
  envelope: Envelope;
  /** The user has been told that the event failed, in this attempt or an earlier one. */
  notified: boolean;
  /** Id of the event this holder ended before it; empty for the first. */
  last: string;
  /** The lane's score in `oldest`, in Redis milliseconds: while a lane is held it may lag behind its head a second. */
  oldestAt: number;
  effects: TurnEffects;
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

/** What becomes of a lane with more mail: its holder goes on, it yields to others, or it rests for some milliseconds. */
type Mode = 'continue' | 'yield' | number;

/** The ways a turn can end, each one script behind the lease's fence. */
export class Settlement {
  readonly #context: SettlementContext;
  readonly #lease: Lease;

  constructor(context: SettlementContext, lease: Lease) {
    this.#context = context;
    this.#lease = lease;
  }

  /** `outcome`: if the lane is still ours. `spent`: give the lane back though mail is left. */
  commit(
    hand: Head,
    outcome: TurnOutcome,
    staged: Staged | undefined,
    spent: boolean,
  ): Promise<Ended> {
    return this.#commit(hand, outcome, staged, spent ? 'yield' : 'continue');
  }

  #commit(
    hand: Head,
    outcome: TurnOutcome,
    staged: Staged | undefined,
    mode: Mode,
  ): Promise<Ended> {
    const { redis, outbox } = this.#context;
    const { keys } = this.#lease;
    const args = this.#laneArguments(hand, mode);
    const entries = staged?.outbox.entries ?? [];
    const { isWritten } = hand.effects;
    args.push((staged?.sessions.size ?? 0) + entries.length + (isWritten ? 1 : 0));
    staged?.sessions.addTo(args);
    for (const { stored } of entries) args.push('', stored, '>');
    if (isWritten) args.push('', '', '-');
    hand.effects.seal();
    return commitScript.run(redis, keys.scope, args).then((settled) => {
      if (settled.state !== 'fenced') outbox.deliver(keys, entries);
      return this.#end(outcome, settled, undefined, mode);
    });
  }

  /** Rests the lane for another attempt; at the limit, or when trying again cannot help, gives the event up. */
  async fail(hand: Head, error: unknown, spent: boolean): Promise<Ended> {
    const { failurePolicy, gate } = this.#context;
    const decision = decide(failurePolicy, hand, error, gate.isOpen());
    if (decision.next === 'give-up') return this.giveUp(hand, error, spent);
    if (decision.next === 'pause')
      return this.#putOff(error, 'block', 'uncounted', decisionReason, hand.notified);
    if (decision.next === 'hand-back') return { ...(await this.handBack(hand.notified)), error };
    const { restMs, attempt, reason } = decision;
    return this.#putOff(error, restMs, attempt, reason, hand.notified);
  }

  /** Buries the event, or blocks the lane: as the policy says. */
  async giveUp(hand: Head, error: unknown, spent: boolean): Promise<Ended> {
    const { redis, failurePolicy } = this.#context;
    if (failurePolicy.atTheLimit === 'block') {
      return this.#putOff(
        error,
        'block',
        'counted',
        failureReason(error, hand.attempts),
        hand.notified,
      );
    }
    const settled = await buryScript.run(redis, this.#lease.keys.scope, [
      ...this.#laneArguments(hand, spent ? 'yield' : 'continue'),
      JSON.stringify(describe(error)),
      hand.envelope.id,
      failurePolicy.deadLettersPerLane ?? 100,
      Math.ceil((failurePolicy.deadLetters ?? 10_000) / PARTITIONS),
    ]);
    return this.#end('buried', settled, error);
  }

  /** `notified`: the user was told of a failure in this turn. */
  async handBack(notified = false): Promise<Ended> {
    const { lane, keys, epoch } = this.#lease;
    const letGo = await handBackScript.run(
      this.#context.redis,
      [keys.lane(lane), keys.held, keys.waking, keys.paused, keys.resting],
      [lane, epoch, notified ? 'notified' : ''],
    );
    if (letGo.state === 'gone-on') await this.#wake(letGo.at);
    return { outcome: letGo.state === 'fenced' ? 'fenced' : 'handed-back' };
  }

  /**
   * Ends a turn whose handler still runs in a process that is about to exit. The lane rests until it has exited, with the
   * event as its head: after the last attempt, the next holder gives it up.
   */
  async leaveBehind(hand: Head, cause: AbortCause, timedOut: Error): Promise<Ended> {
    switch (cause) {
      case 'deadline': {
        const restMs = restOf(this.#context.failurePolicy.backOffMs(hand.attempts - hand.deaths));
        return this.#putOff(
          timedOut,
          Math.max(restMs, EXIT_MS),
          'counted',
          workerExitsReason,
          hand.notified,
        );
      }
      case 'shutdown': {
        const { outcome } = await this.#putOff(
          undefined,
          EXIT_MS,
          'uncounted',
          workerExitsReason,
          hand.notified,
        );
        return { outcome: outcome === 'fenced' ? 'fenced' : 'handed-back' };
      }
      case 'interrupted':
        return this.#commit(hand, 'cancelled', undefined, EXIT_MS);
      case 'lease-lost':
        return { outcome: 'fenced' };
    }
  }

  /** Rests the lane before its head has been tried. `reason`: see `reasons.ts`. */
  async wait(restMs: number, reason: string): Promise<Ended> {
    const { outcome } = await this.#putOff(undefined, restMs, 'uncounted', reason);
    return { outcome: outcome === 'fenced' ? 'fenced' : 'waits' };
  }

  #laneArguments(hand: Head, mode: Mode): (string | number)[] {
    const { lane, keys, epoch } = this.#lease;
    const { envelope, last, attempts, oldestAt } = hand;
    const user = envelope.sessionUser ?? '-';
    return [keys.prefix, lane, epoch, envelope.id, last, mode, user, attempts, oldestAt];
  }

  /** A promise only where the lane has to be woken. */
  #end(
    outcome: TurnOutcome,
    settled: Settled,
    error?: unknown,
    mode?: Mode,
  ): Ended | Promise<Ended> {
    const ended: Ended = {
      outcome: settled.state === 'fenced' ? 'fenced' : outcome,
      settled,
      error,
    };
    if (settled.state !== 'yielded') return ended;
    return this.#wake(settled.at, typeof mode === 'number' ? mode : 0).then(() => ended);
  }

  /** The lane is waking in Redis already: a wake-up that cannot be added now is found by the sweep. */
  async #wake(at: number, restMs = 0): Promise<void> {
    const { wakeUps, observer } = this.#context;
    const { lane } = this.#lease;
    await (restMs > 0 ? wakeUps.wakeAfter(lane, at, restMs) : wakeUps.wake(lane, at)).catch(
      (error) => observer?.trouble?.('wake-up', error),
    );
  }

  /** Lets the lane go with its event still the head: to rest, or to wait for an operator. */
  async #putOff(
    error: unknown,
    restMs: number | 'block',
    attempt: 'counted' | 'uncounted' | 'put-off',
    reason: string,
    notified = false,
  ): Promise<Ended> {
    const { redis } = this.#context;
    const { lane, keys, epoch } = this.#lease;
    const letGo = await failScript.run(
      redis,
      [keys.lane(lane), keys.held, keys.resting, keys.paused],
      [lane, epoch, restMs, attempt, reason, notified ? 'notified' : ''],
    );
    if (letGo.state === 'fenced') return { outcome: 'fenced', error };
    if (restMs === 'block') return { outcome: 'blocked', error };
    if (letGo.state === 'gone-on') await this.#wake(letGo.at, restMs);
    return { outcome: 'failed', error };
  }
}

function describe(error: unknown): { name: string; message: string; stack?: string } {
  if (!(error instanceof Error))
    return { name: 'NotAnError', message: 'The handler threw no Error.' };
  const { name, message, stack } = error;
  return stack === undefined ? { name, message } : { name, message, stack };
}
