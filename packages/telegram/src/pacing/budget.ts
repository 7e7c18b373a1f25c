import type { SendLease, SendLeases } from './send-leases.js';
import { sleep } from './sleep.js';

/** Leased sends that are not used within this time expire. */
const STOCK_MS = 1_000;

/** The minimum interval between two leases, so that sends are leased in batches. */
const LEASE_EVERY_MS = 100;

/** How many sends are leased ahead, in seconds of the worker's share. */
const AHEAD_S = 0.2;

/**
 * How much may be sent before the lease arrives, in seconds of the worker's share, so that an idle worker's first send
 * does not wait for Redis.
 */
const CREDIT_S = 0.1;

/** Paces sends of one kind by a rate that all workers of the deployment share. */
export interface Budget {
  /** The deployment's current rate, in sends per second. */
  readonly perSecond: number;
  /** Whether `take` may be called now. */
  canTake(): boolean;
  /** Takes sends without waiting. Those that are not in stock become a debt, which the next leases pay back. */
  take(sends: number): void;
  /**
   * Resolves to true when the caller may send, and to false once `untilMs` has passed. Rejects with
   * the signal's reason.
   */
  wait(request: SendRequest): Promise<boolean>;
  /** Lowers the rate after a 429. */
  slowDown(): void;
}

interface SendRequest {
  readonly sends: number;
  /** Lower ranks go first. */
  readonly rank: number;
  readonly signal: AbortSignal;
  /** Deadline in `performance.now()` time. */
  readonly untilMs: number;
}

interface Waiting extends SendRequest {
  go(): void;
}

/** Creates a budget that is supplied by these leases. */
export function createBudget(leases: SendLeases): Budget {
  let stock = 0;
  let stockUntilMs = 0;
  const queue: Waiting[] = [];
  let isLeasing = false;

  const share = (): number => leases.last.perSecond / leases.last.workers;
  const credit = (): number => Math.max(1, Math.floor(share() * CREDIT_S));

  function current(): number {
    if (stock > 0 && performance.now() > stockUntilMs) stock = 0;
    return stock;
  }

  function serve(): void {
    // Requests are served while the debt is below the credit. The last one may exceed the credit.
    while (queue.length > 0 && current() > -credit()) {
      const next = queue.shift()!;
      stock = current() - next.sends;
      next.go();
    }
  }

  function wanted(): number {
    const waiting = queue.reduce((sum, { sends }) => sum + sends, 0);
    const ahead = Math.ceil(share() * AHEAD_S);
    return Math.ceil(Math.min(waiting, 2 * ahead)) + ahead - Math.floor(current());
  }

  /** Leases until there is no debt and the queue is empty. */
  async function lease(): Promise<void> {
    if (isLeasing) return;
    isLeasing = true;
    try {
      do {
        const taken: SendLease = await leases.lease(Math.max(1, wanted()));
        stock = current() + taken.granted;
        stockUntilMs = performance.now() + STOCK_MS;
        serve();
        if (queue.length === 0 && stock >= 0) break;
        const pauseMs = Math.min(1_000, Math.max(LEASE_EVERY_MS, taken.waitMs));
        await new Promise((resolve) => setTimeout(resolve, pauseMs).unref());
      } while (queue.length > 0 || current() < 0);
    } finally {
      isLeasing = false;
    }
  }

  return {
    get perSecond() {
      return leases.last.perSecond;
    },
    canTake: () => queue.length === 0 && current() > -credit(),
    take(sends) {
      stock = current() - sends;
      if (stock < (share() * AHEAD_S) / 2) void lease();
    },
    async wait(request) {
      let hasGone = false;
      await sleep(request.untilMs - performance.now(), request.signal, (wake) => {
        const waiting: Waiting = {
          ...request,
          go() {
            hasGone = true;
            wake();
          },
        };
        const before = queue.findIndex(({ rank }) => rank > request.rank);
        queue.splice(before < 0 ? queue.length : before, 0, waiting);
        setImmediate(serve);
        void lease();
        return () => {
          const index = queue.indexOf(waiting);
          if (index >= 0) queue.splice(index, 1);
        };
      });
      return hasGone;
    },
    slowDown() {
      stock = Math.min(0, current());
      leases.slowDown();
      void lease();
    },
  };
}
