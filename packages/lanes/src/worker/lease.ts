import type { Redis } from '@chatlane/redis';
import type { PartitionKeys } from '../keys.js';
import { groupByScope } from '../partitions.js';
import { renewScript } from '../scripts.js';

/** One holder's right to a lane. The epoch fences commits; the local clock only keeps a late holder from sending. */
export interface Lease {
  readonly lane: string;
  readonly keys: PartitionKeys;
  /** Fencing token, unique to this holder. */
  readonly epoch: string;
  /** True as long as no other worker can have the lane, judging by the clocks of this machine. */
  isHeld(): boolean;
  /** Calls `listener` when the lane is lost, at once if it already is. Replaces the previous listener. */
  onLost(listener: (() => void) | undefined): void;
}

/** The leases of one worker, all renewed every third of a lease, in one call if Redis allows it. */
export interface Leases {
  /** `askedAt`: `performance.now()` from before the request, so that the lease never ends later here than in Redis. */
  add(lane: string, keys: PartitionKeys, epoch: string, askedAt: number): Lease;
  remove(lease: Lease): void;
  /** Starts renewing. */
  start(): void;
  stop(): void;
}

class RenewableLease implements Lease {
  #taken = false;
  #until = 0;
  #wallUntil = 0;
  #onLost: (() => void) | undefined;

  constructor(
    readonly lane: string,
    readonly keys: PartitionKeys,
    readonly epoch: string,
  ) {}

  /** Extends the lease to `leaseMs` after `askedAt`, which is a `performance.now()` from before the request. */
  renew(askedAt: number, leaseMs: number): void {
    this.#until = askedAt + leaseMs;
    this.#wallUntil = Date.now() - (performance.now() - askedAt) + leaseMs;
  }

  isHeld(): boolean {
    // The monotonic clock stops while the machine sleeps, and the wall clock may be set: either can end the lease.
    return !this.#taken && performance.now() < this.#until && Date.now() < this.#wallUntil;
  }

  onLost(listener: (() => void) | undefined): void {
    this.#onLost = listener;
    if (this.#taken) listener?.();
  }

  revoke(): void {
    this.#taken = true;
    this.#onLost?.();
  }
}

export function createLeases(
  redis: Redis,
  leaseMs: number,
  onTrouble: (error: unknown) => void,
): Leases {
  const byLane = new Map<string, RenewableLease>();
  const renewing = new Set<PartitionKeys['scope']>();

  async function renew(scope: PartitionKeys['scope'], leases: RenewableLease[]): Promise<void> {
    const askedAt = performance.now();
    const lost = await renewScript.run(redis, scope, [
      leaseMs,
      ...leases.flatMap(({ keys, lane, epoch }) => [keys.prefix, lane, epoch]),
    ]);
    const gone = new Set(lost);
    for (const lease of leases) {
      if (!gone.has(lease.lane)) lease.renew(askedAt, leaseMs);
      // If the lane was released and opened again in the meantime, only its old lease is lost.
      else if (byLane.get(lease.lane) === lease) lease.revoke();
    }
  }

  let timer: NodeJS.Timeout | undefined;

  /** Each partition of a cluster separately, because one may be without a master for a while. */
  function renewAll(): void {
    for (const [scope, leases] of groupByScope(byLane.values(), ({ keys }) => keys)) {
      if (renewing.has(scope)) continue;
      renewing.add(scope);
      renew(scope, leases)
        .catch(onTrouble)
        .finally(() => renewing.delete(scope));
    }
  }

  return {
    add(lane, keys, epoch, askedAt) {
      const lease = new RenewableLease(lane, keys, epoch);
      lease.renew(askedAt, leaseMs);
      // A new epoch for the same lane means that this worker has lost its older lease.
      byLane.get(lane)?.revoke();
      byLane.set(lane, lease);
      return lease;
    },
    remove(lease) {
      if (byLane.get(lease.lane) === lease) byLane.delete(lease.lane);
    },
    start: () => void (timer ??= setInterval(renewAll, leaseMs / 3)),
    stop: () => clearInterval(timer),
  };
}
