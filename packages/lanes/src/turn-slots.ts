/** Counts the turns a worker has free; one lane in hand takes one. */
export interface TurnSlots {
  readonly free: number;
  take(count: number): void;
  give(count: number): void;
  /** Resolves true when a slot is free, false when `giveUp` fires, or `waitMs` are over, first. */
  untilFree(giveUp: AbortSignal, waitMs?: number): Promise<boolean>;
  /** Resolves when every slot is free. */
  untilAllFree(): Promise<void>;
}

export function createTurnSlots(total: number): TurnSlots {
  let free = total;
  let waiting: (() => void)[] = [];

  function changed(): Promise<void> {
    return new Promise((resolve) => waiting.push(resolve));
  }

  return {
    get free() {
      return free;
    },
    take(count) {
      free -= count;
    },
    give(count) {
      free += count;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    async untilFree(giveUp, waitMs) {
      if (free >= 1 || giveUp.aborted) return free >= 1;
      let over = false;
      let stop: (() => void) | undefined;
      const stopped = new Promise<void>((resolve) => {
        stop = () => {
          over = true;
          resolve();
        };
      });
      giveUp.addEventListener('abort', stop!, { once: true });
      const timer = waitMs === undefined ? undefined : setTimeout(stop!, waitMs);
      while (free < 1 && !over) await Promise.race([changed(), stopped]);
      clearTimeout(timer);
      giveUp.removeEventListener('abort', stop!);
      return free >= 1;
    },
    async untilAllFree() {
      while (free < total) await changed();
    },
  };
}
