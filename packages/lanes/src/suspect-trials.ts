import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from '@chatlane/redis';
import { deploymentKeys, type PartitionKeys } from './keys.js';
import type { TurnSlot, TurnSlots } from './turn-slots.js';

/** How long a worker runs suspects before it serves other lanes again; the trial in progress ends first. */
const SESSION_MS = 5_000;

/** How many suspects a worker tries together: after two deaths, as nearly all are innocent, and after three. Then alone. */
const TOGETHER = [16, 4];

/** How long a worker, which takes no lane meanwhile, first waits for its turns in hand. */
const FIRST_WAIT_MS = 1_000;

/** After it has waited in vain, it serves other lanes for so many times as long. */
const REST_FACTOR = 3;

/** A lane that was held at two deaths of workers. */
export interface Suspect {
  lane: string;
  keys: PartitionKeys;
  /** Deaths of workers that held other lanes, too; `Infinity` if one has died of it alone. */
  deaths: number;
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
  /**
   * Opens the lane and drains it until its head is through. Resolves at once if it cannot be opened. Leaves the slot in
   * either case.
   */
  run(suspect: Suspect, slot: TurnSlot, isAlone: boolean): Promise<void>;
  isStopping(): boolean;
  onTrouble(error: unknown): void;
}

/**
 * Finds out which suspects kill their worker. A worker that tries them takes no other lane meanwhile, and waits a moment
 * for the turns in hand. It tries many suspects together: if a suspect's head gets through, the lane is cleared. If the
 * worker dies, none of them is charged, and each is tried with fewer others beside it, in the end alone. Then its head is
 * charged with the death. One worker of the deployment tries suspects at a time, so that all others go on; a deployment
 * of one worker alternates. For lanes that are tried alone, a worker whose turns take long leaves the trial to others, and
 * waits twice as long the next time.
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
    try {
      await slots.exclusively(
        (isAlone) => tryAll(suspects, isAlone),
        // The others do not wait for the sake of those that are tried alone.
        areForAlone(suspects) ? waitMs : FIRST_WAIT_MS,
      );
    } finally {
      clearInterval(renew);
      await redis.del(trial);
    }
  }

  async function tryAll(suspects: readonly Suspect[], isAlone: boolean): Promise<void> {
    const startedAt = performance.now();
    const isOver = (): boolean =>
      options.isStopping() || performance.now() - startedAt >= SESSION_MS;
    const isOnlyOne = isAlone && suspects.length === 1;
    const ofSize = (size: number): Suspect[] =>
      suspects.filter(({ deaths }) => (isOnlyOne ? 1 : atOnce(deaths)) === size);

    let haveAllEnded = true;
    for (const size of TOGETHER) haveAllEnded &&= await tryTogether(ofSize(size), size, isOver);
    for (const suspect of isAlone && haveAllEnded ? ofSize(1) : []) {
      if (isOver()) break;
      await options.run(suspect, ownSlot(slots.take()), true);
    }
    const endedAt = performance.now();
    restsUntil = endedAt + (endedAt - startedAt);
    if (isAlone) {
      waitMs = FIRST_WAIT_MS;
    } else if (areForAlone(suspects)) {
      restsUntil = endedAt + REST_FACTOR * waitMs;
      waitMs = Math.min(2 * waitMs, Math.max(FIRST_WAIT_MS, options.longestTurnMs));
    }
  }

  /** False: some take longer than a session. They end beside the lanes that this worker takes then. */
  async function tryTogether(
    suspects: Suspect[],
    most: number,
    isOver: () => boolean,
  ): Promise<boolean> {
    async function tryNext(): Promise<void> {
      while (!isOver()) {
        const suspect = suspects.shift();
        if (!suspect) return;
        await options.run(suspect, slots.take(), false).catch((error) => options.onTrouble(error));
      }
    }
    const all = Promise.all(Array.from({ length: most }, () => tryNext())).then(() => true);
    const timer = new AbortController();
    const late = sleep(SESSION_MS, false, { signal: timer.signal }).catch(() => false);
    try {
      return await Promise.race([all, late]);
    } finally {
      timer.abort();
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

function atOnce(deaths: number): number {
  return TOGETHER[deaths - 2] ?? 1;
}

function areForAlone(suspects: readonly Suspect[]): boolean {
  return suspects.every(({ deaths }) => atOnce(deaths) === 1);
}

/** No other lane can take its turn, so it is kept from one event to the next. */
function ownSlot(slot: TurnSlot): TurnSlot {
  return {
    stuck: () => slot.stuck(),
    give: () => undefined,
    takeAgain: () => true,
    leave: () => slot.leave(),
  };
}
