import type { SendLease, SendLeases } from './send-leases.js';
import { sleep } from './sleep.js';

/** Sends that were leased and not used are the deployment's again, which counts them no longer as sent. */
const STOCK_MS = 1_000;

/** Between two leases at least, so that they are asked for in chunks. */
const LEASE_EVERY_MS = 100;

/** Sends that are leased ahead, in seconds of the worker's share. */
const AHEAD_S = 0.2;

/** What may be sent without a lease, in seconds of the worker's share: a send at rest waits for no answer of Redis. */
const CREDIT_S = 0.1;

/** Sends of one kind, paced by a rate that all workers of the deployment share. */
export interface Budget {
  /** Sends a second of the deployment now. */
  readonly perSecond: number;
  canTake(): boolean;
  /** Takes without waiting; what is not in stock is owed, and paid by the next leases. */
  take(sends: number): void;
  /** Resolves with true when it is the caller's turn, with false when that takes too long. @throws the signal's reason */
  wait(asked: Asked): Promise<boolean>;
  slowDown(): void;
}

interface Asked {
  readonly sends: number;
  /** Lower ones go first. */
  readonly rank: number;
  readonly signal: AbortSignal;
  /** By `performance.now()`. */
  readonly untilMs: number;
}

interface Waiting extends Asked {
  go(): void;
}

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
    // One that takes more than the credit waits until nothing is owed, and owes the rest itself.
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

  /** Leases until nothing is owed and nobody waits. */
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
    async wait(asked) {
      let hasGone = false;
      await sleep(asked.untilMs - performance.now(), asked.signal, (wake) => {
        const waiting: Waiting = {
          ...asked,
          go() {
            hasGone = true;
            wake();
          },
        };
        const before = queue.findIndex(({ rank }) => rank > asked.rank);
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
