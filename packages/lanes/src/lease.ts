import type { Redis } from '@chatlane/redis';
import type { PartitionKeys } from './keys.js';
import { groupByScope } from './partitions.js';
import { renewScript } from './scripts.js';

/** One holder's right to a lane. Commits are fenced by the epoch; the clock here only keeps a late holder silent. */
export interface Lease {
  readonly lane: string;
  readonly keys: PartitionKeys;
  /** Fencing token, given to this holder alone. */
  readonly epoch: string;
  /** True while nobody else can have taken the lane, as far as the clocks of this machine tell. */
  isHeld(): boolean;
  /** Calls `tell` when the lane was taken away, now if it was already. One at a time: the turn in hand. */
  onLost(tell: (() => void) | undefined): void;
}

/** Keeps the leases of one worker: prolongs them all every third of a lease, in one call where Redis allows it. */
export interface LeaseKeeper {
  /** `askedAt`: `performance.now()` from before the open was sent, so that the local clock never runs late. */
  keep(lane: string, keys: PartitionKeys, epoch: string, askedAt: number): Lease;
  drop(lease: Lease): void;
  /** From now on leases are prolonged. */
  start(): void;
  stop(): void;
}

class KeptLease implements Lease {
  #taken = false;
  #until = 0;
  #wallUntil = 0;
  #tell: (() => void) | undefined;

  constructor(
    readonly lane: string,
    readonly keys: PartitionKeys,
    readonly epoch: string,
  ) {}

  /** The lease lasts from when it was asked for, by `performance.now()`. */
  prolong(askedAt: number, leaseMs: number): void {
    this.#until = askedAt + leaseMs;
    this.#wallUntil = Date.now() - (performance.now() - askedAt) + leaseMs;
  }

  isHeld(): boolean {
    // The monotonic clock stands still while a machine sleeps, the other may be set: the lease is over by either.
    return !this.#taken && performance.now() < this.#until && Date.now() < this.#wallUntil;
  }

  onLost(tell: (() => void) | undefined): void {
    this.#tell = tell;
    if (this.#taken) tell?.();
  }

  take(): void {
    this.#taken = true;
    this.#tell?.();
  }
}

export function createLeaseKeeper(
  redis: Redis,
  leaseMs: number,
  onTrouble: (error: unknown) => void,
): LeaseKeeper {
  const kept = new Map<string, KeptLease>();
  const renewing = new Set<PartitionKeys['scope']>();

  async function renew(scope: PartitionKeys['scope'], leases: KeptLease[]): Promise<void> {
    const askedAt = performance.now();
    const lost = await renewScript.run(redis, scope, [
      leaseMs,
      ...leases.flatMap(({ keys, lane, epoch }) => [keys.prefix, lane, epoch]),
    ]);
    const gone = new Set(lost);
    for (const lease of leases) {
      if (!gone.has(lease.lane)) lease.prolong(askedAt, leaseMs);
      // A lane that was let go and opened again meanwhile has a new lease: only the old one is lost.
      else if (kept.get(lease.lane) === lease) lease.take();
    }
  }

  let timer: NodeJS.Timeout | undefined;

  /** Each partition of a cluster by itself: one may be without its master for a while. */
  function renewAll(): void {
    for (const [scope, leases] of groupByScope(kept.values(), ({ keys }) => keys)) {
      if (renewing.has(scope)) continue;
      renewing.add(scope);
      renew(scope, leases)
        .catch(onTrouble)
        .finally(() => renewing.delete(scope));
    }
  }

  return {
    keep(lane, keys, epoch, askedAt) {
      const lease = new KeptLease(lane, keys, epoch);
      lease.prolong(askedAt, leaseMs);
      // A new epoch here says that an older lease of this same worker was taken from it.
      kept.get(lane)?.take();
      kept.set(lane, lease);
      return lease;
    },
    drop(lease) {
      if (kept.get(lease.lane) === lease) kept.delete(lease.lane);
    },
    start: () => void (timer ??= setInterval(renewAll, leaseMs / 3)),
    stop: () => clearInterval(timer),
  };
}
