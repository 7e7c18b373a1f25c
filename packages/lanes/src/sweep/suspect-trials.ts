import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from '@chatlane/redis';
import { deploymentKeys, type PartitionKeys } from '../keys.js';
import type { TurnSlot, TurnSlots } from '../worker/turn-slots.js';

/** How long a worker tries suspects before it serves other lanes again; a trial in progress ends first. */
const ROUND_MS = 5_000;

/** How many suspects are tried together: after two deaths (when nearly all are innocent), after three, and so on. */
const TOGETHER = [16, 4, 1, 1];

/** A suspect that is tried only while its worker holds nothing else. */
const ALONE = 0;

/** How long a worker, which takes no lanes meanwhile, waits for its running turns in the first round. */
const FIRST_WAIT_MS = 1_000;

/** After waiting in vain, it serves other lanes for this many times as long. */
const REST_FACTOR = 3;

/** A lane that was held when at least two workers died. */
export interface Suspect {
  lane: string;
  keys: PartitionKeys;
  /** Deaths of workers that held other lanes too; `Infinity` if a worker died while it held only this lane. */
  deaths: number;
}

/** Options of `createSuspectTrials`. */
export interface SuspectTrialsOptions {
  redis: Redis;
  /** Name of the deployment. */
  name: string;
  slots: TurnSlots;
  /** Milliseconds after which another worker may continue, if this one dies in a trial. */
  leaseMs: number;
  /** The most milliseconds that a turn can take. */
  longestTurnMs: number;
  /**
   * Opens the lane and drains it until its head is done. Resolves at once if it cannot be opened. Closes the slot in
   * either case.
   */
  run(suspect: Suspect, slot: TurnSlot, isAlone: boolean): Promise<void>;
  isStopping(): boolean;
  onTrouble(error: unknown): void;
}

/**
 * Finds out which suspects kill their worker. A worker that tries suspects takes no other lanes meanwhile, and waits
 * briefly for its running turns. It tries many suspects together. If a suspect's head is done, the lane is cleared. If
 * the worker dies, none of them is charged, but each is then tried with fewer others and finally alone. Only then is
 * its head charged with a death. After four deaths a suspect is tried alone if the worker's running turns end in time,
 * otherwise one at a time beside them; after six deaths only alone. One worker of the deployment tries suspects at a
 * time, so that the others keep serving; a deployment with a single worker alternates. If a worker's own turns take too
 * long for a trial alone, it leaves the trial to other workers and waits twice as long the next time.
 */
export interface SuspectTrials {
  /**
   * Starts a round for suspects that may be opened now. The next sweep offers again those that the round does not
   * reach. False: this worker tries none for a while, so another worker should.
   */
  offer(suspects: readonly Suspect[]): boolean;
}

export function createSuspectTrials(options: SuspectTrialsOptions): SuspectTrials {
  const { redis, slots, leaseMs } = options;
  const { trial } = deploymentKeys(options.name);
  let round: Promise<void> | undefined;
  let restsUntil = 0;
  /** How long to wait if all suspects must be tried alone. */
  let waitMs = FIRST_WAIT_MS;

  async function runRound(suspects: readonly Suspect[]): Promise<void> {
    if ((await redis.set(trial, '1', 'PX', leaseMs, 'NX')) === null) return;
    // Correctness does not depend on this lock; it only keeps most of the workers in service.
    const renew = setInterval(
      () => void redis.pexpire(trial, leaseMs).catch((error) => options.onTrouble(error)),
      leaseMs / 3,
    );
    try {
      await slots.exclusively(
        (isAlone) => tryAll(suspects, isAlone),
        // Suspects that can be tried together do not wait longer because of those that must be tried alone.
        allMustRunAlone(suspects) ? waitMs : FIRST_WAIT_MS,
      );
    } finally {
      clearInterval(renew);
      await redis.del(trial);
    }
  }

  async function tryAll(suspects: readonly Suspect[], isAlone: boolean): Promise<void> {
    const startedAt = performance.now();
    const isOver = (): boolean => options.isStopping() || performance.now() - startedAt >= ROUND_MS;
    const isOnlyOne = isAlone && suspects.length === 1;
    const ofSize = (size: number): Suspect[] =>
      suspects.filter(({ deaths }) => {
        const most = groupSize(deaths);
        return (isOnlyOne || (isAlone && most === 1) ? ALONE : most) === size;
      });

    let haveAllEnded = true;
    for (const size of new Set(TOGETHER)) {
      haveAllEnded &&= await tryTogether(ofSize(size), size, isOver);
    }
    for (const suspect of isAlone && haveAllEnded ? ofSize(ALONE) : []) {
      if (isOver()) break;
      await options.run(suspect, exclusiveSlot(slots.acquire()), true);
    }
    const endedAt = performance.now();
    restsUntil = endedAt + (endedAt - startedAt);
    if (isAlone) {
      waitMs = FIRST_WAIT_MS;
    } else if (allMustRunAlone(suspects)) {
      restsUntil = endedAt + REST_FACTOR * waitMs;
      waitMs = Math.min(2 * waitMs, Math.max(FIRST_WAIT_MS, options.longestTurnMs));
    }
  }

  /** False when some take longer than a round. They then continue beside the other lanes that this worker takes. */
  async function tryTogether(
    suspects: Suspect[],
    most: number,
    isOver: () => boolean,
  ): Promise<boolean> {
    async function tryNext(): Promise<void> {
      while (!isOver()) {
        const suspect = suspects.shift();
        if (!suspect) return;
        await options
          .run(suspect, slots.acquire(), false)
          .catch((error) => options.onTrouble(error));
      }
    }
    const all = Promise.all(Array.from({ length: most }, () => tryNext())).then(() => true);
    const timer = new AbortController();
    const late = sleep(ROUND_MS, false, { signal: timer.signal }).catch(() => false);
    try {
      return await Promise.race([all, late]);
    } finally {
      timer.abort();
    }
  }

  return {
    offer(suspects) {
      if (suspects.length === 0 || round) return true;
      if (options.isStopping() || performance.now() < restsUntil) return false;
      round = runRound(suspects)
        .catch((error: unknown) => options.onTrouble(error))
        .finally(() => (round = undefined));
      return true;
    },
  };
}

function groupSize(deaths: number): number {
  return TOGETHER[deaths - 2] ?? ALONE;
}

function allMustRunAlone(suspects: readonly Suspect[]): boolean {
  return suspects.every(({ deaths }) => groupSize(deaths) === ALONE);
}

/** A slot that keeps its turn between events, because no other lane could use it. */
function exclusiveSlot(slot: TurnSlot): TurnSlot {
  return {
    stuck: () => slot.stuck(),
    release: () => undefined,
    reacquire: () => true,
    close: () => slot.close(),
  };
}
