import type { Redis } from '@chatlane/redis';
import type { TurnEffects } from '../turn/effect-journal.js';
import type { Envelope } from '../envelope.js';
import { decide, restOf, type TriedHead } from '../turn/failure-decision.js';
import type { FailurePolicy } from '../turn/failure-policy.js';
import type { Gate } from './gate.js';
import type { Lease } from './lease.js';
import type { LaneObserver, TurnOutcome } from '../observer.js';
import { decisionReason, failureReason, workerExitsReason } from '../turn/reasons.js';
import { buryScript, commitScript, failScript, handBackScript, type Settled } from '../scripts.js';
import type { StagedOutbox } from '../turn/outbox.js';
import { PARTITIONS } from '../partitions.js';
import type { OutboxRelay } from './outbox-relay.js';
import type { StagedSessions } from '../turn/staged-sessions.js';
import type { AbortCause } from '../turn/turn.js';
import type { WakeUps } from '../wake-ups.js';

/**
 * How long a lane rests if its handler still runs in a process that is about to exit, which will have exited by then.
 */
const EXIT_MS = 5_000;

/** What ending a turn needs from its worker. */
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
  /** The user has been notified that the event failed, in this attempt or an earlier one. */
  notified: boolean;
  /** Id of the event that this holder ended before this one; empty for the first. */
  last: string;
  /** The lane's score in `oldest`, in Redis milliseconds. While a lane is held, it may lag by up to a second. */
  oldestAt: number;
  effects: TurnEffects;
}

/** A turn's outcome, and the state of the lane. `settled` is undefined when we no longer hold it. */
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

/** What happens to a lane with more mail: its holder continues, it yields, or it rests for this many milliseconds. */
type Mode = 'continue' | 'yield' | number;

/** The ways to end a turn. Each is one script, fenced by the lease's epoch. */
export class Settlement {
  readonly #context: SettlementContext;
  readonly #lease: Lease;

  constructor(context: SettlementContext, lease: Lease) {
    this.#context = context;
    this.#lease = lease;
  }

  /** `outcome`: reported if we still hold the lane. `spent`: yield the lane even if mail is left. */
  commit(
    head: Head,
    outcome: TurnOutcome,
    staged: Staged | undefined,
    spent: boolean,
  ): Promise<Ended> {
    return this.#commit(head, outcome, staged, spent ? 'yield' : 'continue');
  }

  #commit(
    head: Head,
    outcome: TurnOutcome,
    staged: Staged | undefined,
    mode: Mode,
  ): Promise<Ended> {
    const { redis, outbox } = this.#context;
    const { keys } = this.#lease;
    const args = this.#laneArguments(head, mode);
    const entries = staged?.outbox.entries ?? [];
    const { isWritten } = head.effects;
    args.push((staged?.sessions.size ?? 0) + entries.length + (isWritten ? 1 : 0));
    staged?.sessions.addTo(args);
    for (const { stored } of entries) args.push('', stored, '>');
    if (isWritten) args.push('', '', '-');
    head.effects.close();
    return commitScript.run(redis, keys.scope, args).then((settled) => {
      if (settled.state !== 'fenced') outbox.deliver(keys, entries);
      return this.#end(outcome, settled, undefined, mode);
    });
  }

  /** Rests the lane until the next attempt. At the limit, or if a retry cannot help, gives the event up. */
  async fail(head: Head, error: unknown, spent: boolean): Promise<Ended> {
    const { failurePolicy, gate } = this.#context;
    const decision = decide(failurePolicy, head, error, gate.isOpen());
    if (decision.next === 'give-up') return this.giveUp(head, error, spent);
    if (decision.next === 'pause')
      return this.#releaseLane(error, 'block', 'uncounted', decisionReason, head.notified);
    if (decision.next === 'hand-back')
      return { ...(await this.handBack(head.notified, 'thrown')), error };
    const { restMs, attempt, reason } = decision;
    return this.#releaseLane(error, restMs, attempt, reason, head.notified);
  }

  /** Buries the event or blocks the lane, depending on the policy. */
  async giveUp(head: Head, error: unknown, spent: boolean): Promise<Ended> {
    const { redis, failurePolicy } = this.#context;
    if (failurePolicy.atTheLimit === 'block') {
      return this.#releaseLane(
        error,
        'block',
        'counted',
        failureReason(error, head.attempts),
        head.notified,
      );
    }
    const settled = await buryScript.run(redis, this.#lease.keys.scope, [
      ...this.#laneArguments(head, spent ? 'yield' : 'continue'),
      JSON.stringify(describe(error)),
      head.envelope.id,
      failurePolicy.deadLettersPerLane ?? 100,
      Math.ceil((failurePolicy.deadLetters ?? 10_000) / PARTITIONS),
    ]);
    return this.#end('buried', settled, error);
  }

  /** `notified`: the user was notified of a failure in this turn. `thrown`: the handler threw. */
  async handBack(notified = false, thrown: 'thrown' | '' = ''): Promise<Ended> {
    const { lane, keys, epoch } = this.#lease;
    const release = await handBackScript.run(
      this.#context.redis,
      [keys.lane(lane), keys.held, keys.waking, keys.paused, keys.resting],
      [lane, epoch, notified ? 'notified' : '', thrown],
    );
    if (release.state === 'released') await this.#wake(release.at);
    return { outcome: release.state === 'fenced' ? 'fenced' : 'handed-back' };
  }

  /**
   * Ends a turn whose handler still runs in a process that is about to exit. The lane rests until the process has
   * exited, with the event as its head. After the last attempt, the next holder gives the event up.
   */
  async abandon(head: Head, cause: AbortCause, timedOut: Error): Promise<Ended> {
    switch (cause) {
      case 'deadline': {
        const restMs = restOf(this.#context.failurePolicy.backOffMs(head.attempts - head.deaths));
        return this.#releaseLane(
          timedOut,
          Math.max(restMs, EXIT_MS),
          'counted',
          workerExitsReason,
          head.notified,
        );
      }
      case 'shutdown': {
        const { outcome } = await this.#releaseLane(
          undefined,
          EXIT_MS,
          'uncounted',
          workerExitsReason,
          head.notified,
        );
        return { outcome: outcome === 'fenced' ? 'fenced' : 'handed-back' };
      }
      case 'interrupted':
        return this.#commit(head, 'cancelled', undefined, EXIT_MS);
      case 'lease-lost':
        return { outcome: 'fenced' };
    }
  }

  /** Rests the lane although its head has not been tried. `reason`: see `reasons.ts`. */
  async wait(restMs: number, reason: string): Promise<Ended> {
    const { outcome } = await this.#releaseLane(undefined, restMs, 'uncounted', reason);
    return { outcome: outcome === 'fenced' ? 'fenced' : 'waits' };
  }

  #laneArguments(head: Head, mode: Mode): (string | number)[] {
    const { lane, keys, epoch } = this.#lease;
    const { envelope, last, attempts, oldestAt } = head;
    const user = envelope.sessionUser ?? '-';
    return [keys.prefix, lane, epoch, envelope.id, last, mode, user, attempts, oldestAt];
  }

  /** Returns a promise only if the lane has to be woken. */
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

  /** The lane is already waking in Redis: if its wake-up cannot be added now, the sweep will add it. */
  async #wake(at: number, restMs = 0): Promise<void> {
    const { wakeUps, observer } = this.#context;
    const { lane } = this.#lease;
    await (restMs > 0 ? wakeUps.wakeAfter(lane, at, restMs) : wakeUps.wake(lane, at)).catch(
      (error) => observer?.trouble?.('wake-up', error),
    );
  }

  /** Releases the lane with the event still as its head: it rests, or waits for an operator. */
  async #releaseLane(
    error: unknown,
    restMs: number | 'block',
    attempt: 'counted' | 'uncounted' | 'put-off',
    reason: string,
    notified = false,
  ): Promise<Ended> {
    const { redis } = this.#context;
    const { lane, keys, epoch } = this.#lease;
    const release = await failScript.run(
      redis,
      [keys.lane(lane), keys.held, keys.resting, keys.paused],
      [lane, epoch, restMs, attempt, reason, notified ? 'notified' : ''],
    );
    if (release.state === 'fenced') return { outcome: 'fenced', error };
    if (restMs === 'block') return { outcome: 'blocked', error };
    if (release.state === 'released') await this.#wake(release.at, restMs);
    return { outcome: 'failed', error };
  }
}

function describe(error: unknown): { name: string; message: string; stack?: string } {
  if (!(error instanceof Error))
    return { name: 'NotAnError', message: 'The handler threw no Error.' };
  const { name, message, stack } = error;
  return stack === undefined ? { name, message } : { name, message, stack };
}
