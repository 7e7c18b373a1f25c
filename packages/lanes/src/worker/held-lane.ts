import type { Redis } from '@chatlane/redis';
import type { Migrations } from '../migration/migrations.js';
import type { LaneObserver } from '../observer.js';
import type { FailurePolicy } from '../turn/failure-policy.js';
import type { TurnLimits } from '../turn/turn-deadline.js';
import type { HandleTurn, TurnWatch } from '../turn/turn.js';
import type { WakeUps } from '../wake-ups.js';
import type { Gate } from './gate.js';
import type { Lease } from './lease.js';
import type { OutboxRelay } from './outbox-relay.js';
import type { TurnSlot } from './turn-slots.js';

/** How long a worker holds a lane, and how long the lane's sessions live. */
export interface DrainSettings extends TurnLimits {
  /** A lane with more mail is given back after this many events, so that other lanes get their turn. */
  yieldAfterEvents: number;
  /** It is also given back after this many milliseconds. */
  yieldAfterMs: number;
  /** Seconds that a session lives after its last write; 0: forever. */
  sessionTtlSeconds: number;
}

/** What a held lane needs from its worker. */
export interface Holder {
  redis: Redis;
  wakeUps: WakeUps;
  handle: HandleTurn;
  settings: DrainSettings;
  failurePolicy: FailurePolicy;
  gate: Gate;
  migrations: Migrations;
  outbox: OutboxRelay;
  turns: TurnWatch;
  observer: LaneObserver | undefined;
  isStopping(): boolean;
}

/** When and how a lane was opened. */
export interface OpenedAt {
  /** Redis time in milliseconds. */
  redis: number;
  /** `performance.now()` from before the call. */
  local: number;
  /** The lane is a suspect: the drain ends after the first head that does not kill the worker. */
  isTrial: boolean;
}

/** What happens to a lane with more mail: its holder continues with the next event, or another worker does. */
export type Mode = 'continue' | 'yield';

/** A lane while this worker holds it. */
export class HeldLane {
  /** Events that this holder has taken from the mailbox. */
  handled = 0;
  readonly #since = performance.now();

  constructor(
    readonly holder: Holder,
    readonly lease: Lease,
    readonly slot: TurnSlot,
    readonly openedAt: OpenedAt,
  ) {}

  /** Approximate Redis time in milliseconds: extrapolated with the monotonic clock, never by the wall clock. */
  readonly now = (): number => this.redisTime(performance.now());

  /** The same for an earlier `performance.now()`. */
  redisTime(local: number): number {
    return this.openedAt.redis + (local - this.openedAt.local);
  }

  /** Whether the worker continues with the lane after the current event. */
  mode(): Mode {
    const { holder, openedAt } = this;
    const { yieldAfterEvents, yieldAfterMs } = holder.settings;
    return holder.isStopping() ||
      !holder.gate.isOpen() ||
      openedAt.isTrial ||
      this.handled >= yieldAfterEvents ||
      performance.now() - this.#since >= yieldAfterMs
      ? 'yield'
      : 'continue';
  }

  /** The lane is already waking or resting in Redis: if its wake-up cannot be added now, the sweep will add it. */
  async wake(at: number, restMs = 0): Promise<void> {
    const { wakeUps, observer } = this.holder;
    const { lane } = this.lease;
    await (restMs > 0 ? wakeUps.wakeAfter(lane, at, restMs) : wakeUps.wake(lane, at)).catch(
      (error) => observer?.trouble?.('wake-up', error),
    );
  }
}
