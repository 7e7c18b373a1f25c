import type { Redis } from '@chatlane/redis';
import { deploymentKeys, type PartitionKeys } from './keys.js';
import type { TurnSlot, TurnSlots } from './turn-slots.js';

/** How long a worker runs suspects before it serves other lanes again; the trial in progress ends first. */
const SESSION_MS = 5_000;

/** How long a worker, which takes no lane meanwhile, first waits for its turns in hand. */
const FIRST_WAIT_MS = 1_000;

/** After it has waited in vain, it serves other lanes for so many times as long. */
const REST_FACTOR = 3;

/** A lane that was held at two deaths of workers. */
export interface Suspect {
  lane: string;
  keys: PartitionKeys;
  /** Not to be opened while its worker has another lane in hand. */
  onlyAlone: boolean;
}

export interface SuspectTrialsOptions {
  redis: Redis;
  /** Name of the deployment. */
  name: string;
  slots: TurnSlots;
  /** Milliseconds after which another worker may go on, if this one dies in a trial. */
  leaseMs: number;
  /** Milliseconds that a turn takes at most. */
  longestTurnMs: number;
  /** Opens the lane and drains it until its head is through. Resolves at once if it cannot be opened. */
  run(suspect: Suspect, slot: TurnSlot, isAlone: boolean): Promise<void>;
  isStopping(): boolean;
  onTrouble(error: unknown): void;
}

/**
 * Finds out which suspects kill their worker. A worker that tries them takes no other lane meanwhile, and waits a moment
 * for the turns in hand. If a suspect's head gets through, the lane is cleared. If the worker dies, the head is charged
 * with it where its lane was the only one in hand; where long turns were in hand, too, nothing is charged, and from then
 * on the lane is only tried alone. One worker of the deployment does this at a time, so that all others go on; a
 * deployment of one worker alternates. For lanes that are only tried alone, a worker whose turns take long leaves the
 * trial to others, and waits twice as long the next time.
 */
export interface SuspectTrials {
  /**
   * Suspects that may be opened now. Those that are not tried in this session are offered again by the next sweep.
   * False: this worker tries none for a while, and another may.
   */
  offer(suspects: readonly Suspect[]): boolean;
}

export function createSuspectTrials(options: SuspectTrialsOptions): SuspectTrials {
  const { redis, slots, leaseMs } = options;
  const { trial } = deploymentKeys(options.name);
  let session: Promise<void> | undefined;
  let restsUntil = 0;
  /** For lanes that are only tried alone. */
  let waitMs = FIRST_WAIT_MS;

  async function runSession(suspects: readonly Suspect[]): Promise<void> {
    if ((await redis.set(trial, '1', 'PX', leaseMs, 'NX')) === null) return;
    // Correctness does not rest on this lock: it only keeps most of the workers in service.
    const renew = setInterval(
      () => void redis.pexpire(trial, leaseMs).catch((error) => options.onTrouble(error)),
      leaseMs / 3,
    );
    // Those that may be tried beside long turns go first, and are not held up for the others' sake.
    const isForAlone = suspects.every(({ onlyAlone }) => onlyAlone);
    try {
      await slots.exclusively(
        (slot, isAlone) => tryEach(suspects, slot, isAlone),
        isForAlone ? waitMs : FIRST_WAIT_MS,
      );
    } finally {
      clearInterval(renew);
      await redis.del(trial);
    }
  }

  async function tryEach(
    suspects: readonly Suspect[],
    slot: TurnSlot,
    isAlone: boolean,
  ): Promise<void> {
    const startedAt = performance.now();
    const possible = suspects.filter(({ onlyAlone }) => isAlone || !onlyAlone);
    for (const suspect of possible) {
      if (options.isStopping() || performance.now() - startedAt >= SESSION_MS) break;
      await options.run(suspect, slot, isAlone);
    }
    const endedAt = performance.now();
    restsUntil = endedAt + (endedAt - startedAt);
    if (isAlone) {
      waitMs = FIRST_WAIT_MS;
    } else if (possible.length === 0) {
      restsUntil = endedAt + REST_FACTOR * waitMs;
      waitMs = Math.min(2 * waitMs, Math.max(FIRST_WAIT_MS, options.longestTurnMs));
    }
  }

  return {
    offer(suspects) {
      if (suspects.length === 0 || session) return true;
      if (options.isStopping() || performance.now() < restsUntil) return false;
      session = runSession(suspects)
        .catch((error: unknown) => options.onTrouble(error))
        .finally(() => (session = undefined));
      return true;
    },
  };
}
