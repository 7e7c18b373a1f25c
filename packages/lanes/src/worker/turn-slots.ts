/** How long a lane waits for a free turn before it is handed back for other workers. */
export const TURN_WAIT_MS = 20;

/** A lane that the worker holds, and its claim to a turn. */
export interface TurnSlot {
  /** Lets another lane have the turn, during this lane's commit or for good. */
  release(): void;
  /** Gets a turn again, before any lane that is not open yet. False when none became free in time. */
  reacquire(): boolean | Promise<boolean>;
  /** The handler may never end. Until it does, the lane counts as held, but `untilOnlyStuck` ignores it. */
  stuck(): void;
  /** The lane is no longer held. */
  close(): void;
}

/**
 * Counts a worker's free turns and the lanes it holds. It may hold up to twice as many lanes as it has turns, because a
 * lane needs a turn while its handler runs, but not while it is opened or committed.
 */
export interface TurnSlots {
  /** How many lanes may be opened now. */
  readonly available: number;
  acquire(): TurnSlot;
  /** Resolves to true when a lane may be opened, to false when `giveUp` is aborted or `waitMs` have passed first. */
  untilAvailable(giveUp: AbortSignal, waitMs?: number): Promise<boolean>;
  /** Resolves when the handlers of all held lanes are stuck. */
  untilOnlyStuck(): Promise<void>;
  /**
   * Runs `work` while no other lane may be opened; held lanes are handed back after their current turn. `isAlone` is
   * false when some are still held after `waitMs`. `work` must acquire slots for the lanes that it opens.
   */
  exclusively(work: (isAlone: boolean) => Promise<void>, waitMs: number): Promise<void>;
  /** Resolves when no lane is held. */
  untilNoneHeld(): Promise<void>;
}

interface Waiting {
  until: number;
  resolve(taken: boolean): void;
}

export function createTurnSlots(total: number): TurnSlots {
  let free = total;
  let held = 0;
  let stuck = 0;
  let closed = false;
  /** Held lanes that wait for a turn, the longest waiting first. */
  const waitingLanes: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let changes: (() => void)[] = [];

  const available = (): number => (closed ? 0 : Math.min(free, 2 * total - held));

  function changed(): Promise<void> {
    return new Promise((resolve) => changes.push(resolve));
  }

  function notifyChange(): void {
    if (changes.length === 0) return;
    const resolvers = changes;
    changes = [];
    for (const resolve of resolvers) resolve();
  }

  /** All wait for the same time, so the first in the queue expires first. */
  function expireWaiting(): void {
    timer = undefined;
    while (waitingLanes[0] && waitingLanes[0].until <= performance.now())
      waitingLanes.shift()!.resolve(false);
    watch();
  }

  function watch(): void {
    if (!waitingLanes[0] || timer) return;
    timer = setTimeout(expireWaiting, Math.max(1, waitingLanes[0].until - performance.now()));
  }

  function releaseTurn(): void {
    const next = waitingLanes.shift();
    if (next) return next.resolve(true);
    free += 1;
    notifyChange();
  }

  async function untilNoneHeld(waitMs: number): Promise<boolean> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      notifyChange();
    }, waitMs);
    while (held > 0 && !isLate) await changed();
    clearTimeout(timer);
    return held === 0;
  }

  function slot(): TurnSlot {
    let taken = true;
    let isStuck = false;
    return {
      stuck() {
        isStuck = true;
        stuck += 1;
        notifyChange();
      },
      release() {
        if (isStuck) stuck -= 1;
        isStuck = false;
        if (taken) releaseTurn();
        taken = false;
      },
      reacquire() {
        if (closed || free > 0) {
          if (!closed) free -= 1;
          return (taken = !closed);
        }
        return new Promise<boolean>((resolve) => {
          waitingLanes.push({ until: performance.now() + TURN_WAIT_MS, resolve });
          watch();
        }).then((given) => (taken = given));
      },
      close() {
        this.release();
        held -= 1;
        notifyChange();
      },
    };
  }

  return {
    get available() {
      return available();
    },
    acquire() {
      free -= 1;
      held += 1;
      return slot();
    },
    async untilAvailable(giveUp, waitMs) {
      if (available() >= 1 || giveUp.aborted) return available() >= 1;
      let over = false;
      let stop: (() => void) | undefined;
      const stopped = new Promise<void>((resolve) => {
        stop = () => {
          over = true;
          resolve();
        };
      });
      giveUp.addEventListener('abort', stop!, { once: true });
      const late = waitMs === undefined ? undefined : setTimeout(stop!, waitMs);
      while (available() < 1 && !over) await Promise.race([changed(), stopped]);
      clearTimeout(late);
      giveUp.removeEventListener('abort', stop!);
      return available() >= 1;
    },
    async exclusively(work, waitMs) {
      closed = true;
      for (const waiting of waitingLanes.splice(0)) waiting.resolve(false);
      try {
        await work(await untilNoneHeld(waitMs));
      } finally {
        closed = false;
        notifyChange();
      }
    },
    async untilOnlyStuck() {
      while (held > stuck) await changed();
    },
    async untilNoneHeld() {
      while (held > 0) await changed();
    },
  };
}
