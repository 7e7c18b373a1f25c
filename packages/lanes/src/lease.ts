import type { Redis } from '@chatlane/redis';
import type { PartitionKeys } from './keys.js';
import { renewScript } from './scripts.js';

/** One holder's right to a lane. Commits are fenced by the epoch; the clock here only keeps a late holder silent. */
export interface Lease {
  readonly lane: string;
  readonly keys: PartitionKeys;
  readonly epoch: number;
  /** True while nobody else can have taken the lane: judged by this process's monotonic clock. */
  isHeld(): boolean;
  /** Calls `tell` when the lane was taken away, now if it was already. One at a time: the turn in hand. */
  onLost(tell: (() => void) | undefined): void;
}

/** Keeps the leases of one worker: prolongs them all every third of a lease, one call per partition. */
export interface LeaseKeeper {
  /** `askedAt`: `performance.now()` from before the open was sent, so that the local clock never runs late. */
  keep(lane: string, keys: PartitionKeys, epoch: number, askedAt: number): Lease;
  drop(lease: Lease): void;
  /** From now on leases are prolonged. */
  start(): void;
  stop(): void;
}

class KeptLease implements Lease {
  #taken = false;
  #tell: (() => void) | undefined;

  constructor(
    readonly lane: string,
    readonly keys: PartitionKeys,
    readonly epoch: number,
    public until: number,
  ) {}

  isHeld(): boolean {
    return !this.#taken && performance.now() < this.until;
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
  const renewing = new Set<PartitionKeys>();

  async function renew(keys: PartitionKeys, leases: KeptLease[]): Promise<void> {
    const askedAt = performance.now();
    const lost = await renewScript.run(
      redis,
      [keys.held, ...leases.map((lease) => keys.lane(lease.lane))],
      [leaseMs, ...leases.flatMap((lease) => [lease.lane, lease.epoch])],
    );
    const gone = new Set(lost);
    for (const lease of leases) {
      if (!gone.has(lease.lane)) lease.until = askedAt + leaseMs;
      // A lane that was let go and opened again meanwhile has a new lease: only the old one is lost.
      else if (kept.get(lease.lane) === lease) lease.take();
    }
  }

  let timer: NodeJS.Timeout | undefined;

  /** Each partition by itself: on a cluster, one may be without its master for a while. */
  function renewAll(): void {
    for (const [keys, leases] of groupByPartition(kept.values())) {
      if (renewing.has(keys)) continue;
      renewing.add(keys);
      renew(keys, leases)
        .catch(onTrouble)
        .finally(() => renewing.delete(keys));
    }
  }

  return {
    keep(lane, keys, epoch, askedAt) {
      const lease = new KeptLease(lane, keys, epoch, askedAt + leaseMs);
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

function groupByPartition(leases: Iterable<KeptLease>): Map<PartitionKeys, KeptLease[]> {
  const groups = new Map<PartitionKeys, KeptLease[]>();
  for (const lease of leases) {
    const group = groups.get(lease.keys);
    if (group) group.push(lease);
    else groups.set(lease.keys, [lease]);
  }
  return groups;
}
