/** How long lanes that find no free turn stay with this worker before another one may have them. */
export const HOARD_MS = 20;

/** One lane's share of the turns. */
export interface TurnSlot {
  /** Lets another lane have it, while this one's commit is on its way or for good. */
  give(): void;
  /** Has it again, before any lane that is not in hand yet; false when none came free in time. */
  takeAgain(): boolean | Promise<boolean>;
  /** The lane's handler may never end: until it does, the lane is still in hand, but no stop waits for it. */
  stuck(): void;
  /** The lane is no longer in hand. */
  leave(): void;
}

/**
 * Counts the turns a worker has free, and the lanes it has in hand. Those may be twice as many: a lane needs a turn
 * while its handler runs, not while it is opened or committed. Where handlers take longer than Redis, nearly all do.
 */
export interface TurnSlots {
  /** How many lanes may be opened now. */
  readonly room: number;
  take(): TurnSlot;
  /** Resolves true when there is room, false when `giveUp` fires, or `waitMs` are over, first. */
  untilRoom(giveUp: AbortSignal, waitMs?: number): Promise<boolean>;
  /** Resolves when the only lanes in hand are those whose handler is stuck. */
  untilOnlyStuck(): Promise<void>;
  /**
   * Runs `work` while there is no room for other lanes; those in hand are given on after the turn they are in. `isAlone` is
   * false when some are still in hand after `waitMs`. What `work` opens, it takes slots for.
   */
  exclusively(work: (isAlone: boolean) => Promise<void>, waitMs: number): Promise<void>;
  /** Resolves when no lane is in hand. */
  untilNoneInHand(): Promise<void>;
}

interface Waiting {
  until: number;
  resolve(taken: boolean): void;
}

export function createTurnSlots(total: number): TurnSlots {
  let free = total;
  let inHand = 0;
  let stuck = 0;
  let closed = false;
  /** Lanes in hand, longest first. */
  const lanes: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let changes: (() => void)[] = [];

  const room = (): number => (closed ? 0 : Math.min(free, 2 * total - inHand));

  function changed(): Promise<void> {
    return new Promise((resolve) => changes.push(resolve));
  }

  function tellChange(): void {
    if (changes.length === 0) return;
    const told = changes;
    changes = [];
    for (const tell of told) tell();
  }

  /** All wait equally long: the first in the line is the first to give up. */
  function giveUpLate(): void {
    timer = undefined;
    while (lanes[0] && lanes[0].until <= performance.now()) lanes.shift()!.resolve(false);
    watch();
  }

  function watch(): void {
    if (!lanes[0] || timer) return;
    timer = setTimeout(giveUpLate, Math.max(1, lanes[0].until - performance.now()));
  }

  function give(): void {
    const next = lanes.shift();
    if (next) return next.resolve(true);
    free += 1;
    tellChange();
  }

  async function untilNoneInHand(waitMs: number): Promise<boolean> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      tellChange();
    }, waitMs);
    while (inHand > 0 && !isLate) await changed();
    clearTimeout(timer);
    return inHand === 0;
  }

  function slot(): TurnSlot {
    let taken = true;
    let isStuck = false;
    return {
      stuck() {
        isStuck = true;
        stuck += 1;
        tellChange();
      },
      give() {
        if (isStuck) stuck -= 1;
        isStuck = false;
        if (taken) give();
        taken = false;
      },
      takeAgain() {
        if (closed || free > 0) {
          if (!closed) free -= 1;
          return (taken = !closed);
        }
        return new Promise<boolean>((resolve) => {
          lanes.push({ until: performance.now() + HOARD_MS, resolve });
          watch();
        }).then((given) => (taken = given));
      },
      leave() {
        this.give();
        inHand -= 1;
        tellChange();
      },
    };
  }

  return {
    get room() {
      return room();
    },
    take() {
      free -= 1;
      inHand += 1;
      return slot();
    },
    async untilRoom(giveUp, waitMs) {
      if (room() >= 1 || giveUp.aborted) return room() >= 1;
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
      while (room() < 1 && !over) await Promise.race([changed(), stopped]);
      clearTimeout(late);
      giveUp.removeEventListener('abort', stop!);
      return room() >= 1;
    },
    async exclusively(work, waitMs) {
      closed = true;
      for (const waiting of lanes.splice(0)) waiting.resolve(false);
      try {
        await work(await untilNoneInHand(waitMs));
      } finally {
        closed = false;
        tellChange();
      }
    },
    async untilOnlyStuck() {
      while (inHand > stuck) await changed();
    },
    async untilNoneInHand() {
      while (inHand > 0) await changed();
    },
  };
}
