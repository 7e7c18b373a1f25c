import type { Redis } from '@chatlane/redis';
import { deploymentKeys, type PartitionKeys } from './keys.js';
import type { TurnSlot, TurnSlots } from './turn-slots.js';

/** How long a worker runs suspects before it serves other lanes again; the trial in progress ends first. */
const SESSION_MS = 5_000;

/** How long a worker, which takes no lane meanwhile, first waits for its turns in hand before it gives the trial up. */
const FIRST_WAIT_MS = 1_000;

/** After a trial that was given up, it serves other lanes for so many times as long as it has waited. */
const REST_FACTOR = 3;

export interface SuspectTrialsOptions {
  redis: Redis;
  /** Name of the deployment. */
  name: string;
  slots: TurnSlots;
  /** Milliseconds after which another worker may go on, if this one dies in a trial. */
  leaseMs: number;
  /** Milliseconds that a turn takes at most. */
  longestTurnMs: number;
  /** Opens the lane alone and drains it until its head is through. Resolves at once if it cannot be opened. */
  run(lane: string, keys: PartitionKeys, slot: TurnSlot): Promise<void>;
  isStopping(): boolean;
  onTrouble(error: unknown): void;
}

/**
 * Finds out which of the lanes that were held at two deaths of workers is to blame. A suspect runs as the only lane of
 * its worker: if the worker dies, that lane's head is charged; if not, the lane is cleared. One worker of the
 * deployment does this at a time, so that all others go on; a deployment of one worker alternates. A worker whose turns
 * take long leaves the trial to others, and waits twice as long the next time.
 */
export interface SuspectTrials {
  /**
   * Suspects that may be opened now. Those that are not tried in this session are offered again by the next sweep.
   * False: this worker tries none for a while, and another may.
   */
  offer(lanes: readonly { lane: string; keys: PartitionKeys }[]): boolean;
  /** Resolves when no trial is running. */
  untilIdle(): Promise<void>;
}

export function createSuspectTrials(options: SuspectTrialsOptions): SuspectTrials {
  const { redis, slots, leaseMs } = options;
  const { trial } = deploymentKeys(options.name);
  const suspects = new Map<string, PartitionKeys>();
  let session: Promise<void> | undefined;
  let restsUntil = 0;
  let waitMs = FIRST_WAIT_MS;

  async function runSession(): Promise<void> {
    if ((await redis.set(trial, '1', 'PX', leaseMs, 'NX')) === null) return;
    // Correctness does not rest on this lock: it only keeps most of the workers in service.
    const renew = setInterval(
      () => void redis.pexpire(trial, leaseMs).catch((error) => options.onTrouble(error)),
      leaseMs / 3,
    );
    try {
      if (await slots.exclusively(tryEach, waitMs)) {
        waitMs = FIRST_WAIT_MS;
      } else {
        restsUntil = performance.now() + REST_FACTOR * waitMs;
        waitMs = Math.min(2 * waitMs, Math.max(FIRST_WAIT_MS, options.longestTurnMs));
      }
    } finally {
      clearInterval(renew);
      await redis.del(trial);
    }
  }

  async function tryEach(slot: TurnSlot): Promise<void> {
    const startedAt = performance.now();
    for (const [lane, keys] of suspects) {
      if (options.isStopping() || performance.now() - startedAt >= SESSION_MS) break;
      await options.run(lane, keys, slot);
    }
    const endedAt = performance.now();
    restsUntil = endedAt + (endedAt - startedAt);
  }

  return {
    offer(lanes) {
      if (lanes.length === 0 || session) return true;
      if (options.isStopping() || performance.now() < restsUntil) return false;
      for (const { lane, keys } of lanes) suspects.set(lane, keys);
      session = runSession()
        .catch((error: unknown) => options.onTrouble(error))
        .finally(() => {
          suspects.clear();
          session = undefined;
        });
      return true;
    },
    async untilIdle() {
      await session;
    },
  };
}
